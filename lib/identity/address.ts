import { ChatError } from "../errors.ts";

/** The port of a server when none is named. */
export const DEFAULT_PORT = 7878;

/** Where a server listens. */
export interface Address {
  /** A lower-case host name, an IPv4 or an IPv6 address without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** Longest host name, in characters (RFC 1035 section 2.3.4). */
const MAX_HOST_LENGTH = 253;

const WITH_PORT = /^(\[[^\]]*\]|[^:[\]]*)(?::([0-9]*))?$/;
const PORT = /^[1-9][0-9]{0,4}$/;
// An underscore is no host name by RFC 952, but occurs in local networks.
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const OCTET = /^(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])$/;

/**
 * Reads `HOST`, `HOST:PORT` or `[IPV6]:PORT`. Names are lower-cased and IPv6
 * addresses shortened (RFC 5952), so that equal addresses are equal texts.
 *
 * @throws {ChatError} `CHAT_ADDRESS_INVALID`.
 */
export function parseAddress(text: string): Address {
  const match = WITH_PORT.exec(text);
  if (match === null) {
    throw invalidAddress(
      text.split(":").length > 2
        ? "an IPv6 address must stand in brackets"
        : "it is neither a host nor a host and a port",
    );
  }
  const [, host = "", port] = match;
  return {
    host: host.startsWith("[") ? parseIpv6(host) : parseHost(host),
    port: port === undefined ? DEFAULT_PORT : parsePort(port),
  };
}

/** Inverse of {@linkcode parseAddress}; always names the port. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Reads a port: 1 to 65535, in digits only.
 *
 * @throws {ChatError} `CHAT_ADDRESS_INVALID`.
 */
export function parsePort(text: string): number {
  if (!PORT.test(text) || Number(text) > 65_535) {
    throw invalidAddress("the port is not a number from 1 to 65535");
  }
  return Number(text);
}

/** The error for a text that is no address; `found` quotes nothing of it. */
export function invalidAddress(found: string): ChatError {
  return new ChatError("CHAT_ADDRESS_INVALID", `Cannot read address: ${found}`);
}

function parseHost(text: string): string {
  const host = text.toLowerCase();
  if (host === "") throw invalidAddress("the host is missing");
  if (host.length > MAX_HOST_LENGTH) {
    throw invalidAddress(`the host is longer than ${MAX_HOST_LENGTH}`);
  }
  const labels = host.split(".");
  if (!labels.every((label) => LABEL.test(label))) {
    throw invalidAddress(
      "the host is not made of letters, digits, hyphens and single dots (write an international name as xn--...)",
    );
  }
  // A name that ends in a number is an IPv4 address (WHATWG URL, "host parsing").
  if (/^[0-9]+$/.test(labels.at(-1) as string)) {
    if (labels.length !== 4 || !labels.every((label) => OCTET.test(label))) {
      throw invalidAddress("the IPv4 address is not four numbers up to 255");
    }
  }
  return host;
}

function parseIpv6(bracketed: string): string {
  // URL holds a strict IPv6 parser and writes the canonical form (RFC 5952).
  const url = URL.parse(`http://${bracketed}`);
  if (url === null || !/^\[[0-9a-fA-F:.]+\]$/.test(bracketed)) {
    throw invalidAddress("what stands in brackets is no IPv6 address");
  }
  return url.hostname.slice(1, -1);
}
