/** Whether an IP address never leaves this machine (RFC 1122, RFC 4291). */
export function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address) ||
    address === "::1" || address === "0:0:0:0:0:0:0:1";
}

/** Whether a host, by name or address, is this machine and nothing else. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || isLoopback(host);
}
