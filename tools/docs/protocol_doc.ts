import { fillBlocks, hexLines } from "./blocks.ts";
import type { PublishedSession } from "./example_session.ts";

/**
 * docs/protocol.md with everything in it that is written by a program: the
 * values and frames of the example session, and the schema.
 */
export function protocolDoc(
  written: string,
  from: { readonly session: PublishedSession; readonly cddl: string },
): string {
  return fillBlocks(
    written,
    new Map([
      ...hexBlocks(from.session),
      ["application", from.cddl],
    ]),
  );
}

/** The hex blocks of the document, by name. */
export function hexBlocks(session: PublishedSession): Map<string, string> {
  const { values, handshake, records } = session;
  const blocks = { ...session.inputs, ...values, ...handshake };
  return new Map(
    [
      ...Object.entries(blocks),
      ...records.flatMap(({ messages, frame }, index) => [
        [`messages ${index + 1}`, messages],
        [`record ${index + 1}`, frame],
      ]),
    ].map(([name, hex]) => [name as string, hexLines(hex as string)]),
  );
}
