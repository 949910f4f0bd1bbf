const OCTET = "(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
const IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
const IPV6 = /^[0-9a-f:.]{2,45}$/i;
const SUFFIX = "/64";

/**
 * Whom a ban of an address is about, as one text for equal ones: an IPv4 address,
 * also one that came as IPv6 (`::ffff:10.0.0.7`), or the /64 of an IPv6 address,
 * as whoever has one address has all of those. Within one machine or one link
 * there are no such networks: there, it is the address itself.
 *
 * @param text An address, in brackets or not, with a zone or not; or what this
 * returns.
 * @returns `null` when it is none.
 */
export function tryParseIpRange(text: string): string | null {
  if (IPV4.test(text)) return text;
  const isNetwork = text.endsWith(SUFFIX);
  const address = isNetwork
    ? text.slice(0, -SUFFIX.length)
    : text.replace(/^\[(.*)\]$/, "$1").replace(/%[\w.-]+$/, "");
  const groups = tryParseGroups(address);
  if (groups === null) return null;
  const mapped = mappedIpv4(groups);
  const isLocal = groups.slice(0, 4).every((group) => group === 0) ||
    ((groups[0] ?? 0) & 0xffc0) === 0xfe80;
  if (isNetwork && (mapped !== null || isLocal)) return null;
  if (mapped !== null) return mapped;
  if (isLocal) return formatGroups(groups);
  return `${formatGroups([...groups.slice(0, 4), 0, 0, 0, 0])}${SUFFIX}`;
}

/** The eight groups of an IPv6 address. */
function tryParseGroups(text: string): readonly number[] | null {
  // URL holds a strict IPv6 parser, and writes the canonical form (RFC 5952).
  const url = IPV6.test(text) ? URL.parse(`http://[${text}]`) : null;
  if (url === null) return null;
  const [head = "", tail] = url.hostname.slice(1, -1).split("::");
  const left = numbers(head);
  const right = numbers(tail ?? "");
  const gap = Array<number>(8 - left.length - right.length).fill(0);
  return [...left, ...gap, ...right];
}

function numbers(groups: string): number[] {
  if (groups === "") return [];
  return groups.split(":").map((group) => parseInt(group, 16));
}

/** The IPv4 address in `::ffff:0:0/96` (RFC 4291, section 2.5.5.2). */
function mappedIpv4(groups: readonly number[]): string | null {
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) &&
    groups[5] === 0xffff;
  if (!isMapped) return null;
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

function formatGroups(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(":");
  return (URL.parse(`http://[${text}]`) as URL).hostname.slice(1, -1);
}
