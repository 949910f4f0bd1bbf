import { type Bytes, concat, utf8 } from "../bytes.ts";
import type { StatusCode } from "./status_request.ts";

/** What is answered; without `text`, the reason of the status. */
export interface Answer {
  readonly status: StatusCode;
  /** Media type of `text`. */
  readonly type?: string;
  readonly text?: string;
}

const REASONS: Readonly<Record<StatusCode, string>> = {
  200: "OK",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** A whole answer in HTTP/1.1 (RFC 9112), the last one of its connection. */
export function encodeAnswer(
  { status, type = "text/plain; charset=utf-8", text }: Answer,
  options: { readonly body: boolean },
): Bytes {
  const reason = REASONS[status];
  const body = utf8(text ?? `${reason}\n`);
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    `Content-Type: ${type}`,
    `Content-Length: ${body.length}`,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    ...(status === 405 ? ["Allow: GET, HEAD"] : []),
    "Connection: close",
  ];
  const start = utf8(head.join("\r\n") + "\r\n\r\n");
  return options.body ? concat(start, body) : start;
}
