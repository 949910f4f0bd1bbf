import type { ErrorSpec } from "./error_spec.ts";

/** Sealed rooms. Append-only, as `ERRORS`, of which they are a part. */
export const SEALED_ERRORS = {
  CHAT_SEAL_REFUSED: {
    exit: 1,
    alert: null,
    hint:
      "Ask a member for the link of the room, and try again: the server may show an old or changed room",
  },
  CHAT_SEAL_DAMAGED: {
    exit: 1,
    alert: null,
    hint: "Use /resync to take the current keys of the room",
  },
  CHAT_SEAL_OUT_OF_STEP: {
    exit: 1,
    alert: null,
    hint:
      "Wait until what was missed is read; use /resync if that does not help",
  },
  CHAT_SEAL_BUSY: {
    exit: 1,
    alert: null,
    hint: "Wait until the change of keys before is ordered",
  },
  CHAT_SEAL_OUTRUN: {
    exit: 1,
    alert: null,
    hint: "Somebody else's change of keys was first: try again",
  },
  CHAT_SEAL_NO_KEYS: {
    exit: 1,
    alert: null,
    hint:
      "Open the link of the room again, or use /resync there to take its current keys",
  },
  CHAT_SEAL_REMOVED: {
    exit: 1,
    alert: null,
    hint:
      "Ask a member of the room what happened; its link lets you join again",
  },
  CHAT_IDENTITY_CHANGED: {
    exit: 1,
    alert: null,
    hint:
      "Compare the safety number with them in person or by voice: /verify NAME; nothing is sent before",
  },
} as const satisfies Record<string, ErrorSpec>;
