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
  /**
   * Secret of the sealed room, 32 bytes, which goes with {@linkcode Target.room}:
   * whoever has it may join and read what is said from then on. Never sent to
   * the server.
   */
  readonly key?: Bytes;
  /** What else stands behind `#`, as written; a browser would not send it either. */
  readonly fragment?: string;
}

/** Longest link, in characters. */
export const MAX_LINK_LENGTH = 2048;
/** Most pins one link may carry. */
export const MAX_LINK_PINS = 16;

/** 16 bytes in base64url (RFC 4648 section 5) without padding; 4 bits are zero. */
const INVITE = "invite=([A-Za-z0-9_-]{21}[AQgw])";
/** 32 bytes likewise; 2 bits are zero. */
const KEY = "key=([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])";
const SECRETS = new RegExp(`^(?:${INVITE}(?:&${KEY})?|${KEY})$`);
/** What is meant for us, though it may be mistyped. */
const OURS = /(?:^|&)(?:invite|key)(?:[=&]|$)/i;
const BASE64URL = { alphabet: "base64url", omitPadding: true } as const;

const LINK =
  /^chat:\/\/([^/?#]*)(?:\/([^/?#]*))?(?:\?([^#]*))?(?:#([\x21-\x7e]+))?$/i;
// deno-lint-ignore no-control-regex -- control characters are the point
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/**
 * Reads what `chat connect` is given: an address as {@linkcode parseAddress}
 * knows it, or a link `chat://HOST:PORT/ROOM?pin=SHA256:...&pin=...#FRAGMENT`
 * in which everything but the host may be missing. A `+` in a pin means `+`,
 * whether percent-encoded or not; it never means a space. A fragment
 * `invite=BASE64URL` is an invitation, `key=BASE64URL` the key of the sealed room
 * that the link names, `invite=BASE64URL&key=BASE64URL` is both; errors never
 * quote a fragment.
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
  const target: Target = {
    ...parseAddress(authority),
    pins: query === undefined ? [] : parseQuery(query),
    ...(path === undefined || path === "" ? {} : { room: parseRoom(path) }),
    ...parseFragment(fragment),
  };
  checkKey(target);
  return target;
}

/**
 * Inverse of {@linkcode parseTarget}: a link that survives being pasted.
 *
 * @throws {ChatError} `CHAT_ADDRESS_INVALID` for a key without a room.
 */
export function makeLink(target: Target): string {
  checkKey(target);
  const room = encodeRoom(target.room ?? "");
  const query = target.pins.map((pin) => `pin=${encodePin(pin)}`).join("&");
  return [
    `chat://${formatAddress(target)}/${room}`,
    query === "" ? "" : `?${query}`,
    makeFragment(target),
  ].join("");
}

/**
 * A field of ours that is not exactly right is refused, never taken for one of
 * somebody else's and ignored: a room that was to be sealed would be joined open.
 */
function parseFragment(
  fragment: string | undefined,
): Pick<Target, "invitation" | "key" | "fragment"> {
  if (fragment === undefined) return {};
  const secrets = SECRETS.exec(fragment);
  if (secrets === null) {
    if (!OURS.test(fragment)) return { fragment };
    throw invalidAddress(
      "behind its # stands neither a whole invitation nor the whole key of a sealed room",
    );
  }
  const [, invitation, keyBeside, keyAlone] = secrets;
  const key = keyBeside ?? keyAlone;
  return {
    ...(invitation === undefined ? {} : { invitation: decode64(invitation) }),
    ...(key === undefined ? {} : { key: decode64(key) }),
  };
}

function makeFragment({ invitation, key, fragment }: Target): string {
  const fields = [
    invitation === undefined ? [] : `invite=${invitation.toBase64(BASE64URL)}`,
    key === undefined ? [] : `key=${key.toBase64(BASE64URL)}`,
  ].flat();
  if (fields.length > 0) return `#${fields.join("&")}`;
  return fragment === undefined ? "" : `#${fragment}`;
}

function decode64(text: string): Bytes {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}

/** A key without its room opens nothing. */
function checkKey({ room, key }: Target): void {
  if (key === undefined) return;
  if (room === undefined || room === "") {
    throw invalidAddress("it has the key of a sealed room, but names none");
  }
}

/** Unlike `encodeURIComponent`, all that RFC 3986 reserves: shells take some of it. */
function encodeRoom(room: string): string {
  return encodeURIComponent(room).replaceAll(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
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
