import { checkRoom, joinWanted } from "../../lib/cli/wanted_room.ts";
import { ChatError } from "../../lib/errors.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { assertRefusesLater } from "../support/refusal.ts";

Deno.test("checkRoom() refuses a direct room, and says where one is to be had", async () => {
  for (const name of [undefined, "", "dev", "#dev"]) checkRoom(name);
  const error = await assertRefusesLater(
    "CHAT_USAGE",
    () => Promise.try(() => checkRoom("@gina")),
    'Cannot join room "@gina"',
  );
  assert(error.hint.includes("A pipe cannot speak in a direct room"));
  assert(error.hint.endsWith("/msg gina"), error.hint);
});

Deno.test("joinWanted() speaks of a room when its name is none", async () => {
  const conversation = new FakeConversation();
  const found = "Cannot take name: U+0020 is not for names";
  conversation.refuse(new ChatError("CHAT_NAME_INVALID", found));
  const error = await assertRefusesLater(
    "CHAT_NAME_INVALID",
    () => joinWanted(conversation, "Bad Room"),
  );
  assertEquals(
    error.message,
    'Cannot join room "Bad Room": U+0020 is not for names',
  );
  assert(error.hint.startsWith("Name a room"), error.hint);
  conversation.refuse(new ChatError("CHAT_FULL", "Cannot join: x"));
  await assertRefusesLater("CHAT_FULL", () => joinWanted(conversation, "dev"));
  assertEquals(await joinWanted(conversation, "dev"), 1);
});
