import { ChatError, type ErrorCode, ERRORS } from "../../lib/errors.ts";
import type { Standing } from "../../lib/protocol/entry.ts";
import { fitting } from "../../lib/ui/fitting.ts";
import type { Request } from "../../lib/ui/request.ts";
import { assertEquals } from "../support/assert.ts";

function fit(
  code: ErrorCode,
  message: string,
  request: Request,
  standing: Standing = "operator",
): readonly [message: string, hint: string] {
  const error = new ChatError(code, message, { retryMs: 5 });
  const fitted = fitting(error, request, standing);
  assertEquals([fitted.code, fitted.retryMs], [code, 5]);
  return [fitted.message, fitted.hint];
}

function moderate(verb: "ban" | "unban" | "unmute", subject = "bob"): Request {
  return { kind: "moderate", verb, subject, seconds: null };
}

Deno.test("fitting() repeats the name that nobody has, safely", () => {
  const found = "Cannot open a direct room: nobody of that name is known here";
  const code = "CHAT_NO_SUCH_MEMBER";
  const { hint } = ERRORS[code];
  const direct = (subject: string): Request => ({ kind: "direct", subject });
  assertEquals(fit(code, found, direct("gi\x1b[2Jna")), [
    `${found}: gina`,
    hint,
  ]);
  assertEquals(
    fit(code, found, direct("x".repeat(999)))[0],
    `${found}: ${"x".repeat(64)}`,
  );
  assertEquals(fit(code, 'Cannot find "gina"', direct("gina")), [
    'Cannot find "gina"',
    hint,
  ]);
  const ours = "Cannot open a direct room: that is you";
  assertEquals(fit(code, ours, direct("alice")), [ours, ""]);
});

Deno.test("fitting() sends nobody to /join for a sealed room", () => {
  const code = "CHAT_NO_SUCH_ROOM";
  const hint = (request: Request): string =>
    fit(code, "Cannot: none", request)[1];
  for (
    const request of [
      { kind: "open", link: "x" },
      { kind: "rejoin", name: "plans" },
    ] as const
  ) assertEquals(hint(request).includes("ask one for its link"), true);
  assertEquals(hint({ kind: "join", name: "x" }), ERRORS[code].hint);
});

Deno.test("fitting() leads to /bans where there is nothing to lift", () => {
  const hint = "See /bans for who is muted or banned";
  for (const verb of ["unban", "unmute"] as const) {
    assertEquals(
      fit("CHAT_NO_SUCH_MEMBER", "Cannot: none", moderate(verb))[1],
      hint,
    );
  }
  assertEquals(
    fit("CHAT_NO_SUCH_MEMBER", "Cannot: none", moderate("ban"))[1],
    ERRORS.CHAT_NO_SUCH_MEMBER.hint,
  );
});

Deno.test("fitting() sends operators to owners alone, and only where they may", () => {
  const hint = (message: string, standing: Standing): string =>
    fit("CHAT_FORBIDDEN", message, moderate("ban"), standing)[1];
  assertEquals(hint("Cannot ban: that is you", "operator"), "");
  assertEquals(hint("Cannot ban: they are an owner", "operator"), "");
  assertEquals(
    hint("Cannot ban: they are an operator, as you are", "operator"),
    "Ask an owner of the server",
  );
  assertEquals(
    hint("Cannot ban: that is for operators", "member"),
    ERRORS.CHAT_FORBIDDEN.hint,
  );
});

Deno.test("fitting() speaks of rooms where their name is wrong", () => {
  const join = { kind: "join", name: "a@b" } as const;
  assertEquals(fit("CHAT_NAME_INVALID", "Cannot take name: it is x", join), [
    "Cannot join #a@b: it is x",
    "Rooms have names of 1 to 32 letters or digits of one script",
  ]);
  const [, hint] = fit("CHAT_NAME_TAKEN", "Cannot make room: x", join);
  assertEquals(hint.startsWith("Choose another name, or see /rooms"), true);
});
