import { enterInvited } from "../../lib/cli/invited.ts";
import { ChatError, type ErrorCode, ERRORS } from "../../lib/errors.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefusesLater } from "../support/refusal.ts";

const SECRET = new Uint8Array(16);

function failing(code: ErrorCode): () => Promise<never> {
  return () => Promise.reject(new ChatError(code, "Cannot enter"));
}

Deno.test("enterInvited() says what has become of an invitation", async () => {
  const refused = failing("CHAT_NOT_AUTHORIZED");
  await assertRefusesLater(
    "CHAT_INVITATION_INVALID",
    () => enterInvited(SECRET, refused),
    "used by somebody else, or has expired",
  );
});

Deno.test("enterInvited() changes nothing else", async () => {
  assertEquals(await enterInvited(SECRET, () => Promise.resolve(7)), 7);
  for (const code of ["CHAT_BANNED", "CHAT_CONNECTION_CUT"] as const) {
    await assertRefusesLater(code, () => enterInvited(SECRET, failing(code)));
  }
  const without = (): unknown =>
    enterInvited(undefined, failing("CHAT_NOT_AUTHORIZED"));
  await assertRefusesLater(
    "CHAT_NOT_AUTHORIZED",
    async () => await without(),
  );
});

Deno.test("enterInvited() says once that a name cannot be had, and what to do", async () => {
  const refused = (code: ErrorCode): () => Promise<never> => () =>
    Promise.reject(
      new ChatError(code, "Cannot enter: Cannot take name: it is empty"),
    );
  const enter = (code: ErrorCode): Promise<ChatError> =>
    assertRefusesLater(code, () => enterInvited(undefined, refused(code)));
  const invalid = await enter("CHAT_NAME_INVALID");
  assertEquals(invalid.message, "Cannot enter under that name: it is empty");
  assertEquals(invalid.hint.endsWith("with --name"), true);
  const taken = await enter("CHAT_NAME_TAKEN");
  assertEquals(taken.hint, ERRORS.CHAT_NAME_TAKEN.hint);
});
