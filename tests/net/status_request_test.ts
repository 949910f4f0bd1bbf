import { readStatusRequest } from "../../lib/net/status_request.ts";
import { assertEquals } from "../support/assert.ts";

const local = { local: true };

/** The head of a request with these fields. */
function head(first: string, ...fields: readonly string[]): string {
  return [first, ...fields].join("\r\n");
}

Deno.test("readStatusRequest() reads what scrapers and people send", () => {
  const host = "Host: 127.0.0.1:9464";
  assertEquals(
    readStatusRequest(
      head("GET /metrics HTTP/1.1", host, "Accept: */*"),
      local,
    ),
    { kind: "get", path: "/metrics", body: true },
  );
  assertEquals(
    readStatusRequest(head("HEAD /health HTTP/1.0", host), local),
    { kind: "get", path: "/health", body: false },
  );
});

Deno.test("readStatusRequest() takes this machine's names, with and without a port", () => {
  const names = [
    "localhost",
    "LOCALHOST:80",
    "127.0.0.1",
    "127.1.2.3:9464",
    "[::1]",
    "[::1]:9464",
  ];
  for (const name of names) {
    const { kind } = readStatusRequest(
      head("GET / HTTP/1.1", `host:${name}`),
      local,
    );
    assertEquals(kind, "get", name);
  }
});

Deno.test("readStatusRequest() refuses other names, so that no web page reads the answer", () => {
  const fields = [
    [],
    ["Host: evil.example"],
    ["Host: evil.example:9464"],
    ["Host: localhost.evil.example"],
    ["Host: 127.0.0.1.evil.example"],
    ["Host: 192.0.2.1"],
    ["Host: "],
    ["Host: localhost:999999"],
    ["Host: localhost", "Host: evil.example"],
    ["Host: localhost", "Host: localhost"],
  ];
  for (const field of fields) {
    const request = head("GET /metrics HTTP/1.1", ...field);
    assertEquals(
      readStatusRequest(request, local),
      { kind: "refused", status: 403 },
      request,
    );
    const { kind } = readStatusRequest(request, { local: false });
    assertEquals(kind, "get", "where it is open to others anyway");
  }
});

Deno.test("readStatusRequest() refuses other methods and what is no request", () => {
  const refused = [
    ["POST /metrics HTTP/1.1", 405],
    ["DELETE / HTTP/1.1", 405],
    ["", 400],
    ["GET /metrics", 400],
    ["GET /metrics HTTP/2", 400],
    ["GET  /metrics HTTP/1.1", 400],
    ["GET http://localhost/metrics HTTP/1.1", 400],
    ["GET /\u{e9} HTTP/1.1", 400],
    ["get /metrics HTTP/1.1", 400],
    ["\x16\x03\x01", 400],
  ] as const;
  for (const [first, status] of refused) {
    assertEquals(
      readStatusRequest(head(first, "Host: localhost"), local),
      { kind: "refused", status },
      first,
    );
  }
});
