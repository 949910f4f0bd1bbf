import { SAFETY_ITERATIONS } from "../../lib/identity/safety_number.ts";
import { VerifiedIdentities } from "../../lib/identity/verified.ts";
import { MAX_CHANGES } from "../../lib/sealed/limits.ts";
import {
  RECORD_OVERHEAD_BYTES,
  STATE_LABEL,
} from "../../lib/sealed/state_box.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { readDoc, rowsOf } from "./markdown.ts";

const doc = readDoc("sealed.md");
const flat = doc.replaceAll(/\s+/g, " ");

Deno.test("docs/sealed.md gives the iterations of the safety number, in digits and in bits", () => {
  assert(flat.includes(`iterations = ${SAFETY_ITERATIONS},`));
  assert(flat.includes(`each costs ${SAFETY_ITERATIONS} iterations`));
  const work = Math.log2(2 * SAFETY_ITERATIONS);
  const digits = Math.floor(Math.log2(10 ** 30) + work);
  assert(flat.includes(`so 2^${digits} and 2^${88 + work} compressions`));
  assert(flat.includes(`it is 2^${digits - 20} and 2^${88 + work - 20}`));
});

Deno.test("docs/sealed.md lays a record of kept state out as the code does", () => {
  let at = 0;
  for (const [offset, bytes] of rowsOf(doc, ["offset", "bytes", "field", ""])) {
    assertEquals(Number(offset), at);
    at += Number(bytes?.replace("n + ", ""));
  }
  assertEquals(at, RECORD_OVERHEAD_BYTES);
  const label = STATE_LABEL.slice(0, -1);
  assert(doc.includes(`Ed25519-Sign(identity, "${label}" || 0x00)`));
  assert(flat.includes(`after ${MAX_CHANGES} changes at most`));
});

Deno.test("docs/sealed.md names every way to verify that a line may have", () => {
  const [, ways = ""] = flat.match(/`HOW` one of (.+?), `NAME`/) ?? [];
  const named = [...ways.matchAll(/`(\w+)`/g)].map(([, way = ""]) => way);
  assertEquals(named.length, 4);
  for (const way of named) {
    const fingerprint = `SHA256:${"A".repeat(43)}`;
    const line = `${fingerprint} 2026-03-03T12:03:00Z ${way} host:1 bob\n`;
    assertEquals(VerifiedIdentities.parse(line).list()[0]?.how, way);
  }
});
