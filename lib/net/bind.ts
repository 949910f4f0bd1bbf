import { ChatError } from "../errors.ts";

/**
 * Takes a port of this machine.
 *
 * @param address `port` 0 chooses a free one.
 * @throws {ChatError} `CHAT_LISTEN_FAILED`.
 */
export function bind(
  address: { host: string; port: number },
): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: address.host, port: address.port });
  } catch (cause) {
    throw new ChatError(
      "CHAT_LISTEN_FAILED",
      `Cannot listen on ${address.host} port ${address.port}: ${
        reasonOf(cause)
      }`,
      { cause },
    );
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Deno.errors.AddrInUse) return "the port is in use";
  if (cause instanceof Deno.errors.AddrNotAvailable) {
    return "this machine does not have that address";
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "ports below 1024 need privileges";
  }
  if (cause instanceof Deno.errors.NotCapable) return "not permitted";
  return "not an address of this machine";
}
