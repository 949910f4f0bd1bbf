import { ChatError, type ErrorCode, ERRORS } from "../../lib/errors.ts";
import { formatAddress } from "../../lib/identity/address.ts";
import { parseTarget } from "../../lib/identity/target.ts";
import { isKept, LEAVE_REASONS } from "../../lib/protocol/entry.ts";
import type { Request } from "../../lib/protocol/messages.ts";
import { CLIENT_MESSAGES, SERVER_MESSAGES } from "../../lib/protocol/schema.ts";
import { GOODBYE_ERRORS, REFUSAL_CODES } from "../../lib/protocol/words.ts";
import { PAGE_COST, REQUEST_COSTS } from "../../lib/room/requests.ts";
import { ALERTS } from "../../lib/wire/alert.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { constant } from "./constants.ts";
import { plain, readDoc, rowsOf, sectionOf } from "./markdown.ts";

const protocol = readDoc("protocol.md");

for (
  const columns of [
    ["constant", "value", "unit", "binds", "meaning"],
    ["constant", "value", "binds", "meaning"],
  ]
) {
  for (const [name, value, ...cells] of rowsOf(protocol, columns)) {
    Deno.test(`docs/protocol.md states ${plain(name)} as exported`, () => {
      assertEquals(constant(plain(name)), Number(value));
      assert(["client", "server", "both"].includes(cells.at(-2) ?? ""));
    });
  }
}

Deno.test("docs/protocol.md 8 lists every alert as the code has it", () => {
  const columns = ["byte", "alert", "in clear", "reported as", "sent when"];
  const rows = rowsOf(sectionOf(protocol, "8 Alerts"), columns);
  const listed = rows.map(([byte, name, clear, code]) => [
    plain(name),
    { byte: Number(byte), clear: clear === "yes", code: plain(code) },
  ]);
  assertEquals(Object.fromEntries(listed), { ...ALERTS });
});

Deno.test("docs/protocol.md 9.2 tells an unproven client what the code tells", () => {
  const columns = [
    "state",
    "frames read",
    "found",
    "code",
    "the client is told",
  ];
  for (const [state, , , code, told] of rowsOf(protocol, columns)) {
    if (state === "proven") continue;
    const { alert } = ERRORS[plain(code) as ErrorCode];
    const clear = alert === null
      ? "nothing"
      : ALERTS[alert].clear
      ? alert
      : "handshake_failed";
    assertEquals(plain(told), clear, code);
  }
});

Deno.test("docs/protocol.md 9.3 tells a connected peer what the code tells", () => {
  for (
    const [, cell, told] of rowsOf(protocol, [
      "found",
      "code",
      "the peer is told",
    ])
  ) {
    const { alert } = ERRORS[plain(cell) as ErrorCode];
    const sealed = alert === "handshake_failed" ? "protocol_error" : alert;
    assertEquals(plain(told), sealed ?? "nothing", cell);
  }
});

Deno.test("docs/protocol.md 11.13 reports every goodbye as the code does", () => {
  const columns = ["why", "reported as", "this server sends it"];
  const rows = rowsOf(protocol, columns);
  const listed = rows.map(([why, code]) => [
    plain(why),
    code === "not an error" ? null : plain(code),
  ]);
  assertEquals(Object.fromEntries(listed), { ...GOODBYE_ERRORS });
});

Deno.test("docs/protocol.md 11.5 explains every code of a refusal", () => {
  const text = sectionOf(protocol, "11.5 Requests");
  const explained = [...text.matchAll(/^- `(CHAT_\w+)`:/gm)].map(([, code]) =>
    code
  );
  assertEquals(explained, [...REFUSAL_CODES]);
});

Deno.test("docs/protocol.md 11.3 lists every entry, and what a log keeps", () => {
  const rows = rowsOf(protocol, ["entry", "kept", "what happened"]);
  const listed = rows.map(([kind, kept]) => [plain(kind), kept === "yes"]);
  const entries = Object.entries(SERVER_MESSAGES)
    .filter(([, { fields }]) => "seq" in fields && "fingerprint" in fields);
  assertEquals(
    Object.fromEntries(listed),
    Object.fromEntries(entries.map(([kind]) => [kind, isKept(kind)])),
  );
});

Deno.test("docs/protocol.md 11.3 explains every reason to leave", () => {
  const text = sectionOf(protocol, "11.3").replaceAll("\n", " ");
  const [, list = ""] = text.match(/`left` says why: (.*?)`joined`/) ?? [];
  const listed = [...list.matchAll(/`(\w+)` ?[,(]|or `(\w+)`|`(\w+)`,/g)]
    .map((match) => match.slice(1).find((word) => word !== undefined));
  assertEquals(listed, [...LEAVE_REASONS]);
});

Deno.test("docs/protocol.md 11.5 says how every request is answered", () => {
  const rows = rowsOf(protocol, ["request", "answer"]);
  const listed = rows.flatMap(([cell]) => plain(cell).split(", "));
  const kinds = Object.keys(CLIENT_MESSAGES).filter((k) => k !== "enter");
  assertEquals(listed.toSorted(), [...kinds, "any"].toSorted());
});

Deno.test("docs/protocol.md 11.7 states what every request costs", () => {
  const rows = rowsOf(protocol, ["what", "requests", "bytes"]);
  const costs = rows.flatMap(([cell, cost = ""]) =>
    plain(cell).replace(/, whatever.*/, "").split(", ")
      .map((kind) => [kind, Number.parseFloat(cost)])
  );
  const kinds = Object.keys(CLIENT_MESSAGES).filter((k) => k !== "rotate");
  assertEquals(
    Object.fromEntries(costs),
    Object.fromEntries(kinds.map((kind) => [
      kind,
      kind === "who" || kind === "rooms"
        ? PAGE_COST
        : REQUEST_COSTS[kind as Request["kind"]] ?? 1,
    ])),
  );
});

Deno.test("docs/protocol.md 11.15 lets a client accept every message", () => {
  const rows = rowsOf(protocol, ["state", "accepts", "then"]);
  const named = rows.map(([, accepts]) => accepts).join(" ");
  for (const [kind, { fields }] of Object.entries(SERVER_MESSAGES)) {
    if ("id" in fields || "fingerprint" in fields) continue; // answers, entries
    assert(named.includes(`\`${kind}\``), kind);
  }
});

Deno.test("docs/protocol.md names error codes that exist", () => {
  for (const [code] of protocol.matchAll(/\bCHAT_[A-Z_]+\b/g)) {
    assert(code in ERRORS, code);
  }
});

for (const [cell, result] of rowsOf(protocol, ["link", "result"])) {
  const link = plain(cell);
  Deno.test(`docs/protocol.md 3.4 reads ${link} as the code does`, () => {
    assertEquals(read(link), plain(result));
  });
}

function read(link: string): string {
  try {
    const target = parseTarget(link);
    const count = target.pins.length;
    return `${formatAddress(target)}, ${count} pin${count === 1 ? "" : "s"}`;
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
}
