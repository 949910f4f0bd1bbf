import type { Bytes } from "../../lib/bytes.ts";
import { type AlertName, type ErrorCode, ERRORS } from "../../lib/errors.ts";
import { ALERTS } from "../../lib/wire/alert.ts";

/** What the receiver of a refused frame waits for. */
export type Waiting =
  | "client_hello"
  | "server_hello"
  | "server_auth"
  | "client_auth"
  | "ready";

/** A frame that must be refused in the course of the fixed handshake. */
export interface RefusedFrame {
  readonly why: string;
  readonly waitingFor: Waiting;
  /** Fingerprints the client accepts, where it is not the server's. */
  readonly pins?: readonly string[];
  readonly frame: Bytes;
  readonly code: ErrorCode;
  /** What a server answers in clear; a client answers nothing. */
  readonly answer: AlertName | null;
}

/** Completes a case with what the receiver answers. */
export function refusedFrame(
  refused: Omit<RefusedFrame, "answer">,
): RefusedFrame {
  const toServer = refused.waitingFor.startsWith("client");
  const { alert } = ERRORS[refused.code];
  return {
    ...refused,
    answer: !toServer || alert === null
      ? null
      : ALERTS[alert].clear
      ? alert
      : "handshake_failed",
  };
}

/** `bytes` with the byte at `at` replaced, or XORed by a function of it. */
export function changed(
  bytes: Bytes,
  at: number,
  to: number | ((byte: number) => number),
): Bytes {
  const copy = bytes.slice();
  copy[at] = typeof to === "number" ? to : to(copy[at] as number);
  return copy;
}
