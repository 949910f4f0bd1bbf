import { enterWanted, wantedRoom } from "../../lib/cli/wanted_room.ts";
import { ChatError } from "../../lib/errors.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { assertRefuses, assertRefusesLater } from "../support/refusal.ts";
import { openRoom, sealedRoom } from "../support/rooms.ts";

const key = new Uint8Array(32).fill(7);

Deno.test("wantedRoom() is what was asked for, or else what the link says", () => {
  const wanted = (room?: string, sealed = false): unknown =>
    wantedRoom({ room, sealed }, {});
  assertEquals(wanted(), { kind: "lobby" });
  assertEquals(wanted("dev"), { kind: "open", name: "dev" });
  assertEquals(wanted("&plans"), {
    kind: "sealed",
    name: "plans",
    make: false,
  });
  for (const name of ["plans", "&plans"]) {
    assertEquals(wanted(name, true), {
      kind: "sealed",
      name: "plans",
      make: true,
    });
  }
  const open = { room: undefined, sealed: false };
  assertEquals(wantedRoom(open, { room: "dev" }), {
    kind: "open",
    name: "dev",
  });
  assertEquals(wantedRoom(open, { room: "plans", key }), {
    kind: "link",
    name: "plans",
    key,
  });
});

Deno.test("wantedRoom() refuses a direct room, and says where one is to be had", () => {
  const error = assertRefuses(
    "CHAT_USAGE",
    () => wantedRoom({ room: "@gina", sealed: false }, {}),
    'Cannot join room "@gina"',
  );
  assert(error.hint.includes("A pipe cannot speak in a direct room"));
  assert(error.hint.endsWith("/msg gina"), error.hint);
});

Deno.test("wantedRoom() refuses what contradicts itself", () => {
  const link = { room: "plans", key };
  for (
    const [asked, target] of [
      [{ sealed: true }, {}],
      [{ room: "plans", sealed: false }, link],
      [{ sealed: true }, link],
    ] as const
  ) {
    assertRefuses("CHAT_USAGE", () => wantedRoom(asked, target));
  }
});

Deno.test("enterWanted() goes to a sealed room of ours, and makes one if told so", async () => {
  const conversation = new FakeConversation();
  conversation.rooms.set(4, openRoom(4, "plans"));
  const make = { kind: "sealed", name: "plans", make: true } as const;
  const go = { ...make, make: false };
  await assertRefusesLater(
    "CHAT_NO_SUCH_ROOM",
    () => enterWanted(conversation, go),
    "you are in no sealed room of that name",
  );
  const made = await enterWanted(conversation, make);
  assertEquals(await enterWanted(conversation, go), made);
  assertEquals(await enterWanted(conversation, make), made);
  assertEquals(conversation.asked, ["who", "who", "seal plans", "who", "who"]);
});

Deno.test("enterWanted() asks which of several sealed rooms of one name is meant", async () => {
  const conversation = new FakeConversation();
  for (const room of [7, 9]) {
    conversation.rooms.set(room, sealedRoom(room, "a"));
  }
  const wanted = { kind: "sealed", name: "a", make: true } as const;
  const error = await assertRefusesLater(
    "CHAT_USAGE",
    () => enterWanted(conversation, wanted),
  );
  assertEquals(error.hint, "Name one of &a~7, &a~9");
  assertEquals(await enterWanted(conversation, { ...wanted, name: "a~9" }), 9);
  assertEquals(conversation.asked, ["who", "who"]);
});

Deno.test("enterWanted() joins the room of a link, and begins in the lobby without any", async () => {
  const conversation = new FakeConversation();
  assertEquals(await enterWanted(conversation, { kind: "lobby" }), 0);
  const link = { kind: "link", name: "plans", key } as const;
  assertEquals(await enterWanted(conversation, link), 1);
  assertEquals(conversation.asked, [`join &plans ${key.toHex()}`]);
  conversation.refuse(new ChatError("CHAT_NO_SUCH_ROOM", "Cannot join: lost"));
  const lost = await assertRefusesLater(
    "CHAT_NO_SUCH_ROOM",
    () => enterWanted(conversation, link),
    "lost",
  );
  assert(lost.hint.includes("ask one for its link"), lost.hint);
});

Deno.test("enterWanted() speaks of a room when its name is none", async () => {
  const conversation = new FakeConversation();
  const found = "Cannot take name: U+0020 is not for names";
  conversation.refuse(new ChatError("CHAT_NAME_INVALID", found));
  const error = await assertRefusesLater(
    "CHAT_NAME_INVALID",
    () => enterWanted(conversation, { kind: "open", name: "Bad Room" }),
  );
  assertEquals(
    error.message,
    'Cannot join room "Bad Room": U+0020 is not for names',
  );
  assert(error.hint.startsWith("Name a room"), error.hint);
  const dev = { kind: "open", name: "dev" } as const;
  conversation.refuse(new ChatError("CHAT_FULL", "Cannot join: x"));
  await assertRefusesLater("CHAT_FULL", () => enterWanted(conversation, dev));
  assertEquals(await enterWanted(conversation, dev), 1);
});

Deno.test("enterWanted() goes again to a sealed room whose keys are kept", async () => {
  const conversation = new FakeConversation();
  const { kept } = conversation.sealed;
  const go = { kind: "sealed", name: "plans", make: false } as const;
  const make = { ...go, make: true };
  kept.set("plans", [key, key]);
  await assertRefusesLater(
    "CHAT_USAGE",
    () => enterWanted(conversation, make),
    "several sealed rooms that you were in",
  );
  kept.set("plans", [key]);
  const join = `join &plans ${key.toHex()}`;
  assertEquals(await enterWanted(conversation, go), 1);
  assertEquals(conversation.asked.at(-1), join);
  conversation.rooms.delete(1);
  let refused = new ChatError("CHAT_FULL", "Cannot join: full");
  conversation.sealed.join = (): Promise<never> => Promise.reject(refused);
  for (const wanted of [go, make]) {
    await assertRefusesLater(
      "CHAT_FULL",
      () => enterWanted(conversation, wanted),
    );
  }
  refused = new ChatError("CHAT_NO_SUCH_ROOM", "Cannot join: lost");
  await assertRefusesLater(
    "CHAT_NO_SUCH_ROOM",
    () => enterWanted(conversation, go),
    "lost",
  );
  await enterWanted(conversation, make);
  assertEquals(conversation.asked.at(-1), "seal plans");
});
