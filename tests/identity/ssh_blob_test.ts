import { concat } from "../../lib/bytes.ts";
import {
  decodeSshBlob,
  encodeSshBlob,
  SSH_BLOB_BYTES,
} from "../../lib/identity/ssh_blob.ts";
import { assertEquals } from "../support/assert.ts";

const key = new Uint8Array(32).fill(9);
const blob = encodeSshBlob(key);

Deno.test("encodeSshBlob() writes type and key as SSH strings", () => {
  assertEquals(
    blob.toHex(),
    `0000000b${"7373682d65643235353139"}00000020${"09".repeat(32)}`,
  );
  assertEquals(blob.length, SSH_BLOB_BYTES);
});

Deno.test("decodeSshBlob() is the inverse of encodeSshBlob()", () => {
  assertEquals(decodeSshBlob(blob), key);
});

Deno.test("decodeSshBlob() refuses prefixes, a trailing byte and another type", () => {
  for (let length = 0; length < blob.length; length++) {
    assertEquals(decodeSshBlob(blob.slice(0, length)), undefined);
  }
  assertEquals(decodeSshBlob(concat(blob, new Uint8Array(1))), undefined);
  for (let at = 0; at < 19; at++) { // lengths and type
    const other = blob.with(at, (blob[at] as number) ^ 1);
    assertEquals(decodeSshBlob(other), undefined);
  }
});
