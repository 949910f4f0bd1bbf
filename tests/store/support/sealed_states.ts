import { type Bytes, utf8 } from "../../../lib/bytes.ts";
import {
  isPutBack,
  type Kept,
  StateBox,
} from "../../../lib/sealed/state_box.ts";
import type { SealedStateFile } from "../../../lib/store/sealed_state_file.ts";
import { fixedIdentity } from "../../../tools/vectors/inputs.ts";

/** What a file holds, and whether an older copy was put back. */
export interface Found extends Kept {
  readonly putBack: boolean;
}

/** The box of one identity for one room, the same in every process. */
export async function sealedBox(): Promise<StateBox> {
  const identity = await fixedIdentity("client");
  return await StateBox.of(identity, new Uint8Array(32));
}

/** What is kept under a number: of another length each time, large ones too. */
export function contentOf(counter: number): Bytes {
  return utf8(`${counter} `.repeat(1 + 997 * (counter % 7)));
}

/** Opens what a file holds. */
export async function openKept(
  file: SealedStateFile,
): Promise<Found | undefined> {
  const found = file.read();
  if (found === undefined) return undefined;
  const kept = await (await sealedBox()).open(found.records);
  return { ...kept, putBack: isPutBack(kept, found) };
}
