import type { Bytes } from "../bytes.ts";
import {
  type Address,
  formatAddress,
  invalidAddress,
  parseAddress,
} from "./address.ts";
import { type Fingerprint, parseFingerprint } from "./fingerprint.ts";

/** Where to connect, and what a link told of the server there. */
export interface Target extends Address {
  /** Keys the server may show; empty when the link named none. */
  readonly pins: readonly Fingerprint[];
  /** Room to enter, decoded; any text without control characters. */
  readonly room?: string;
  /** Secret of an invitation, 16 bytes: whoever has it may enter, once. */
  readonly invitation?: Bytes;
  /** What else stands behind `#`, as written; a browser would not send it either. */
  readonly fragment?: string;
}

/** Longest link, in characters. */
export const MAX_LINK_LENGTH = 2048;
/** Most pins one link may carry. */
export const MAX_LINK_PINS = 16;

const INVITE = "invite=";
/** 16 bytes in base64url (RFC 4648 section 5) without padding; 4 bits are zero. */
const INVITATION = /^[A-Za-z0-9_-]{21}[AQgw]$/;

const LINK =
  /^chat:\/\/([^/?#]*)(?:\/([^/?#]*))?(?:\?([^#]*))?(?:#([\x21-\x7e]+))?$/i;
// deno-lint-ignore no-control-regex -- control characters are the point
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/**
 * Reads what `chat connect` is given: an address as {@linkcode parseAddress}
 * knows it, or a link `chat://HOST:PORT/ROOM?pin=SHA256:...&pin=...#FRAGMENT`
 * in which everything but the host may be missing. A `+` in a pin means `+`,
 * whether percent-encoded or not; it never means a space. A fragment
 * `invite=BASE64URL` is an invitation; errors never quote it.
 *
 * @throws {ChatError} `CHAT_ADDRESS_INVALID`, `CHAT_FINGERPRINT_INVALID`.
 */
export function parseTarget(text: string): Target {
  if (text.length > MAX_LINK_LENGTH) {
    throw invalidAddress(`it is longer than ${MAX_LINK_LENGTH} characters`);
  }
  if (!/^chat:/i.test(text) || /^chat:[0-9]*$/i.test(text)) { // a host "chat"
    return { ...parseAddress(text), pins: [] };
  }
  const match = LINK.exec(text);
  if (match === null) {
    throw invalidAddress("it is not chat://HOST:PORT/?pin=FINGERPRINT");
  }
  const [, authority = "", path, query, fragment] = match;
  return {
    ...parseAddress(authority),
    pins: query === undefined ? [] : parseQuery(query),
    ...(path === undefined || path === "" ? {} : { room: parseRoom(path) }),
    ...parseFragment(fragment),
  };
}

/** Inverse of {@linkcode parseTarget}: a link that survives being pasted. */
export function makeLink(target: Target): string {
  const room = encodeURIComponent(target.room ?? "");
  const query = target.pins.map((pin) => `pin=${encodePin(pin)}`).join("&");
  return [
    `chat://${formatAddress(target)}/${room}`,
    query === "" ? "" : `?${query}`,
    makeFragment(target),
  ].join("");
}

function parseFragment(
  fragment: string | undefined,
): Pick<Target, "invitation" | "fragment"> {
  if (fragment === undefined) return {};
  if (!fragment.startsWith(INVITE)) return { fragment };
  const secret = fragment.slice(INVITE.length);
  if (!INVITATION.test(secret)) {
    throw invalidAddress("its invitation is not 22 characters of base64url");
  }
  return {
    invitation: Uint8Array.fromBase64(secret, { alphabet: "base64url" }),
  };
}

function makeFragment({ invitation, fragment }: Target): string {
  if (invitation !== undefined) {
    const options = { alphabet: "base64url", omitPadding: true } as const;
    return `#${INVITE}${invitation.toBase64(options)}`;
  }
  return fragment === undefined ? "" : `#${fragment}`;
}

/** `:` may stand in a query as it is (RFC 3986 section 3.4); it reads better. */
function encodePin(pin: Fingerprint): string {
  return encodeURIComponent(pin).replace("%3A", ":");
}

function parseQuery(query: string): Fingerprint[] {
  const fields = query.split("&");
  if (fields.length > MAX_LINK_PINS) {
    throw invalidAddress(`it carries more than ${MAX_LINK_PINS} pins`);
  }
  return fields.map((field) => {
    // A key we do not know may be a promise we would break: refuse it.
    if (!field.startsWith("pin=")) {
      throw invalidAddress("its query holds something else than pin=");
    }
    return parseFingerprint(decode(field.slice("pin=".length)));
  });
}

function parseRoom(path: string): string {
  const room = decode(path);
  if (CONTROL.test(room)) {
    throw invalidAddress("its room name holds control characters");
  }
  return room;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw invalidAddress("its percent-encoding is broken");
  }
}
