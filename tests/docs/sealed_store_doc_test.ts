import { MAX_FORMER_KEYS } from "../../lib/sealing/carry_over.ts";
import {
  MAX_KEPT_LINES,
  MAX_OWN_MESSAGES,
} from "../../lib/sealing/sealed_store.ts";
import { MAX_GROUPS } from "../../lib/sealing/stored_groups.ts";
import { MAX_SEALING_KEYS } from "../../lib/sealing/stored_keys.ts";
import {
  MAX_KEPT_LINE_BYTES,
  MAX_THREADS,
} from "../../lib/sealing/stored_lines.ts";
import {
  MAX_RETIRED,
  MAX_RETIRED_THREADS,
} from "../../lib/sealing/stored_retired.ts";
import { STORE_LABEL } from "../../lib/sealed/local_box.ts";
import { TABLES } from "../../lib/sealing/sealed_records.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { readDoc, rowsOf } from "./markdown.ts";

const doc = readDoc("sealed.md");

Deno.test("docs/sealed.md states the bounds of what is kept of sealed rooms", () => {
  const rows = rowsOf(doc, ["what", "bound", "at the bound"]);
  assertEquals(rows.map(([, bound]) => bound), [
    `${MAX_GROUPS}`,
    `${MAX_SEALING_KEYS}`,
    `${MAX_OWN_MESSAGES}`,
    `${MAX_KEPT_LINES}; ${MAX_KEPT_LINE_BYTES / 2 ** 20} MiB`,
    `${MAX_THREADS}`,
    `${MAX_RETIRED}; ${MAX_RETIRED_THREADS}`,
    `${MAX_FORMER_KEYS}`,
  ]);
});

Deno.test("docs/sealed.md names every kind of record, and the secret", () => {
  const rows = rowsOf(doc, ["byte", "what", "fields of the key"]);
  const bytes = rows.map(([byte]) => Number(byte));
  assertEquals(bytes, Object.values(TABLES));
  const label = STORE_LABEL.slice(0, -1);
  assert(doc.includes(`Ed25519-Sign(identity, "${label}" || 0x00)`));
});
