import type { Verb } from "../protocol/entry.ts";

/** What a submitted line asks the server for, in the room we are in. */
export type Request =
  | { readonly kind: "who" }
  /** @property subject A name, or a fingerprint as `SHA256:...`. */
  | { readonly kind: "whois"; readonly subject: string }
  | { readonly kind: "join"; readonly name: string }
  | { readonly kind: "leave" }
  | { readonly kind: "rooms" }
  | { readonly kind: "title"; readonly text: string }
  /** Goes to the room of us and `subject`. */
  | { readonly kind: "direct"; readonly subject: string }
  /** Says something there, without going. */
  | { readonly kind: "tell"; readonly subject: string; readonly text: string }
  /** `count` is the number of entries, or null for as many as fit. */
  | { readonly kind: "history"; readonly count: number | null }
  | { readonly kind: "search"; readonly words: string }
  | {
    readonly kind: "moderate";
    readonly verb: Verb;
    readonly subject: string;
    /** How long it lasts; null for good. */
    readonly seconds: number | null;
  }
  | { readonly kind: "bans" }
  | { readonly kind: "invite"; readonly seconds: number }
  | SealedRequest;

/** What concerns rooms that the server cannot read, and who is in them. */
export type SealedRequest =
  /** Makes a sealed room and goes there. */
  | { readonly kind: "seal"; readonly name: string }
  /** Goes to a sealed room of ours, also if the server has taken us out of it. */
  | { readonly kind: "rejoin"; readonly name: string }
  /** Joins the sealed room of a link, which is a secret. */
  | { readonly kind: "open"; readonly link: string }
  /** @property claim Empty, `ok`, `forget`, or a code to compare. */
  | {
    readonly kind: "verify";
    readonly subject: string;
    readonly claim: string;
  }
  | { readonly kind: "digits" }
  | { readonly kind: "remove"; readonly subject: string }
  | { readonly kind: "rekey" }
  | { readonly kind: "resync" }
  | { readonly kind: "share"; readonly count: number }
  /** Shows the link of the sealed room. */
  | { readonly kind: "room_link" };

/** What is said to the room we are in. */
export interface Utterance {
  readonly kind: "say" | "act";
  readonly text: string;
}

/** What this program answers by itself. */
export type LocalRequest =
  /** Goes to a room that we belong to. */
  | { readonly kind: "room"; readonly name: string }
  | { readonly kind: "topic" }
  | { readonly kind: "outbox" }
  /** Sends a failed message again, or all of them when `number` is null. */
  | { readonly kind: "retry"; readonly number: number | null }
  | { readonly kind: "discard"; readonly number: number }
  | { readonly kind: "link" }
  | { readonly kind: "help" };

/** What a submitted line asks for. */
export type Action =
  | Request
  | LocalRequest
  | Utterance
  | { readonly kind: "quit" }
  /** A line with nothing in it. */
  | { readonly kind: "nothing" }
  /** Not understood; never sent. `text` says why and what to do. */
  | { readonly kind: "mistake"; readonly text: string };
