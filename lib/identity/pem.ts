import type { Bytes } from "../bytes.ts";
import { damagedIdentity } from "./damaged.ts";

/** A PEM file: what it says it is, and its bytes. */
export interface Pem {
  /** What stands after `BEGIN`, such as `PRIVATE KEY`. */
  readonly label: string;
  readonly bytes: Bytes;
}

const SHAPE =
  /^-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n((?:[A-Za-z0-9+/=]{1,76}\r?\n)*)-----END \1-----(?:\r?\n)?$/;

/**
 * Decodes a text that is one PEM block and nothing else (RFC 7468, strict
 * form): no words around it, no second block, no headers, canonical base64.
 *
 * @throws {ChatError} `CHAT_IDENTITY_DAMAGED`.
 */
export function decodePem(text: string): Pem {
  const match = SHAPE.exec(text);
  if (match === null) {
    throw damagedIdentity("the file is not exactly one PEM block");
  }
  const [, label = "", body = ""] = match;
  try {
    const bytes = Uint8Array.fromBase64(body, { lastChunkHandling: "strict" });
    return { label, bytes };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw damagedIdentity("the PEM block is not base64");
  }
}

/** Encodes as OpenSSL does: 64 characters a line, a line feed at the end. */
export function encodePem({ label, bytes }: Pem): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""]
    .join("\n");
}
