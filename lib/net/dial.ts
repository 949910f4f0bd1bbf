import { ChatError } from "../errors.ts";
import { TcpDuplex } from "./tcp_duplex.ts";

/** Time allowed for TCP to connect, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connects by TCP.
 *
 * @throws {ChatError} `CHAT_UNREACHABLE`, or `CHAT_TIMEOUT` after
 * {@linkcode CONNECT_TIMEOUT_MS}; the abort reason when `signal` aborts.
 */
export async function dial(
  address: { readonly host: string; readonly port: number },
  options: { readonly signal?: AbortSignal } = {},
): Promise<TcpDuplex> {
  const { host, port } = address;
  const timeout = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
  const signal = options.signal === undefined
    ? timeout
    : AbortSignal.any([options.signal, timeout]);
  try {
    return new TcpDuplex(
      await Deno.connect({ hostname: host, port, signal }),
    );
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (timeout.aborted) {
      throw new ChatError(
        "CHAT_TIMEOUT",
        `Cannot connect to ${host} port ${port}: no answer within ${
          CONNECT_TIMEOUT_MS / 1000
        } s`,
        { cause },
      );
    }
    throw new ChatError(
      "CHAT_UNREACHABLE",
      `Cannot connect to ${host} port ${port}: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

/** A reason in our words: those of the system differ from place to place. */
function reasonOf(cause: unknown): string {
  if (cause instanceof Deno.errors.ConnectionRefused) {
    return "connection refused";
  }
  if (cause instanceof Deno.errors.NotCapable) return "not permitted";
  const text = cause instanceof Error ? cause.message : "";
  if (/lookup|resolve|No address/i.test(text)) return "unknown host name";
  if (/unreachable/i.test(text)) return "host unreachable";
  return "the network failed";
}
