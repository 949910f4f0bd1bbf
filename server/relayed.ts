import type { ServerEvent } from "../lib/metrics/server_event.ts";
import type { Append } from "../lib/room/batch.ts";
import type { HallOptions } from "../lib/room/hall.ts";
import type { ServeOptions } from "../serve_options.ts";

/** Digits of a group that tell it from others for people: 4 bytes. */
const GROUP_DIGITS = 8;
/** Bytes of a message that are shown. */
const SHOWN_BYTES = 32;

/** Has each sealed message told, once it is stored, where that is asked for. */
export function relaying(
  { onEvent, showCiphertext = false }: Pick<
    ServeOptions,
    "onEvent" | "showCiphertext"
  >,
): Pick<HallOptions, "onStored"> {
  if (onEvent === undefined || !showCiphertext) return {};
  return {
    onStored(append, seq): void {
      const event = relayedEvent(append, seq);
      if (event !== undefined) onEvent(event);
    },
  };
}

/** What a sealed message looks like to the server; nothing for anything else. */
function relayedEvent(
  { entry, claim }: Append,
  seq: number,
): ServerEvent | undefined {
  if (entry.kind !== "sealed" || claim === undefined) return undefined;
  return {
    kind: "relayed",
    group: claim.id.toHex().slice(0, GROUP_DIGITS),
    seq,
    bytes: entry.body.length,
    start: entry.body.subarray(0, SHOWN_BYTES).toHex(),
  };
}
