import { fold, latin1 } from "../../lib/lab/latin1.ts";
import { assertEquals } from "../support/assert.ts";

const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i & 0xff);

Deno.test("latin1() makes one character of each byte, however many", () => {
  const text = latin1(bytes);
  assertEquals(text.length, bytes.length);
  assertEquals([...text].every((c, i) => c.charCodeAt(0) === bytes[i]), true);
});

Deno.test("fold() changes capital ASCII letters and nothing else", () => {
  const all = latin1(bytes.subarray(0, 256));
  const changed = [...all].filter((c, i) => fold(all)[i] !== c);
  assertEquals(changed.join(""), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  assertEquals(fold("HARBOUR Z\u00c4"), "harbour z\u00c4");
});
