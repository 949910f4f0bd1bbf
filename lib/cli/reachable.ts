/** Networks that clients cannot be sent to: link-local IPv6 needs a zone. */
const UNSPEAKABLE = /^fe80:/i;

/**
 * Addresses under which a server that listens on `host` can be reached, best
 * first. One that listens everywhere is at every address of this machine.
 */
export function reachableHosts(
  host: string,
  interfaces: readonly { readonly address: string }[],
): readonly string[] {
  if (host !== "0.0.0.0" && host !== "::") return [host];
  const addresses = interfaces.map(({ address }) => address)
    .filter((address) => host === "::" || !address.includes(":"))
    .filter((address) => !UNSPEAKABLE.test(address));
  const isLocal = (address: string): boolean =>
    address.startsWith("127.") || address === "::1";
  const outside = addresses.filter((address) => !isLocal(address));
  return outside.length > 0 ? outside : ["127.0.0.1"];
}
