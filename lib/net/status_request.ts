import { isLoopbackHost } from "./loopback.ts";

/** Most bytes of a request; what asks for a status needs a few hundred. */
export const MAX_REQUEST_BYTES = 8_192;

/** What is answered to a request: its status (RFC 9110 section 15). */
export type StatusCode = 200 | 400 | 403 | 404 | 405 | 500 | 503;

/** What a request asks for, or why it is refused. */
export type StatusRequest =
  | { readonly kind: "get"; readonly path: string; readonly body: boolean }
  | { readonly kind: "refused"; readonly status: StatusCode };

const REQUEST_LINE = /^([A-Z]{1,16}) (\/[!-~]*) HTTP\/1\.[01]$/;
const HOST = /^(?:\[([0-9a-f:.]+)\]|([0-9a-z.-]+))(?::[0-9]{1,5})?$/i;

/**
 * Reads the head of a request: all up to the empty line. A request that has a
 * body is answered as if it had none, and the connection closed.
 *
 * @param options `local` refuses requests that were sent to another name than one
 * of this machine: a web page may make a browser ask us under its own name, and
 * read the answer (DNS rebinding).
 */
export function readStatusRequest(
  head: string,
  options: { readonly local: boolean },
): StatusRequest {
  const [first = "", ...fields] = head.split("\r\n");
  const [, method, path = ""] = REQUEST_LINE.exec(first) ?? [];
  if (method === undefined) return { kind: "refused", status: 400 };
  if (options.local && !isForUs(fields)) {
    return { kind: "refused", status: 403 };
  }
  if (method !== "GET" && method !== "HEAD") {
    return { kind: "refused", status: 405 };
  }
  return { kind: "get", path, body: method === "GET" };
}

/** Whether exactly one `Host` is named, and that is this machine. */
function isForUs(fields: readonly string[]): boolean {
  const hosts = fields.filter((field) => /^host:/i.test(field))
    .map((field) => field.slice("host:".length).trim());
  const [, ipv6, name] = HOST.exec(hosts[0] ?? "") ?? [];
  return hosts.length === 1 &&
    isLoopbackHost(ipv6 ?? name?.toLowerCase() ?? "");
}
