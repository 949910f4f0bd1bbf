// deno-lint-ignore-file no-console -- what it prints is what it keeps
/**
 * A member's part, for tests that kill it: keeps the state of a room and changes
 * to it under one number after the other, and prints each when it is kept.
 *
 *     deno run --allow-all keep_forever.ts PATH
 */
import type { Bytes } from "../../../lib/bytes.ts";
import { SealedStateFile } from "../../../lib/store/sealed_state_file.ts";
import { contentOf, openKept, sealedBox } from "./sealed_states.ts";

/** A whole state is written after so many changes. */
const CHANGES = 5;

const [path = ""] = Deno.args;
const box = await sealedBox();
using file = SealedStateFile.take(path);
const kept = await openKept(file);
let after: Bytes | undefined;
for (let counter = (kept?.counter ?? 0) + 1;; counter++) {
  const whole = after === undefined || counter % CHANGES === 0;
  const place = whole || after === undefined ? { counter } : { counter, after };
  const record = await box.seal(contentOf(counter), place);
  if (whole) file.replace([record], counter);
  else file.append(record, counter);
  after = record;
  console.log(counter);
}
