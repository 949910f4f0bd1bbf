import type { RoomKey } from "../../../lib/ui/scene.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { MEMBER } from "../../support/fake_sealed_rooms.ts";
import { KEYS, pasted } from "../../support/fake_terminal.ts";
import { NOON } from "../../support/people.ts";
import { directRoom, sealedRoom } from "../../support/rooms.ts";
import { ChatError } from "../../../lib/errors.ts";
import { Stage } from "./stage.ts";

const LINK = `chat://host:1/plans#key=${"A".repeat(43)}`;
const readLink = (): RoomKey => ({ name: "plans", key: new Uint8Array(32) });

Deno.test("runTerminal() says in front of the line and below it who can read, wherever we go", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  conversation.rooms.set(1, sealedRoom(1, "plans"));
  conversation.sealed.statuses.set(1, MEMBER);
  stage.start();
  await terminal.shows("open #lobby> ");
  await terminal.shows("open #lobby · ");
  terminal.type("/room &plans\r");
  await terminal.shows("sealed &plans> ");
  await terminal.shows("sealed &plans · ");
  conversation.sealed.statuses.set(1, {
    ...MEMBER,
    phase: "keyless",
    why: "Open its link",
  });
  conversation.notice("x");
  await terminal.shows("sealed &plans · Open its link · ");
  conversation.lose(5_000);
  await terminal.shows("sealed &plans · reconnecting in 5 s · ");
});

Deno.test("runTerminal() opens a pasted link, and nothing brings it back", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  stage.start({ readLink });
  terminal.type(`${pasted(`/open ${LINK}`)}\r`);
  await terminal.shows("sealed &plans> ");
  terminal.type(KEYS.up);
  terminal.type("typed");
  await terminal.shows("sealed &plans> typed");
  assert(conversation.asked.includes(`join &plans ${"00".repeat(32)}`));
});

Deno.test("runTerminal() does not promise to bring a link back that was refused", async () => {
  await using stage = new Stage();
  const { terminal } = stage;
  const readLink = (): never => {
    throw new ChatError("CHAT_ADDRESS_INVALID", "Cannot open that link: no", {
      hint: "Paste it elsewhere",
    });
  };
  stage.start({ readLink });
  terminal.type(`${pasted(`/open ${LINK}`)}\r`);
  await terminal.shows("Cannot open that link: no. Paste it elsewhere");
  assert(!terminal.screen.everything.join().includes("Up brings"));
  terminal.type(`${pasted(LINK)}\r`);
  await terminal.shows("/open LINK joins it");
  assert(!terminal.screen.everything.join().includes("Up brings"));
});

Deno.test("runTerminal() sends no key to where the server can read it, and keeps the line", async () => {
  await using stage = new Stage().start();
  const { conversation, terminal } = stage;
  terminal.type(`see ${pasted(LINK)}\r`);
  await terminal.shows("the server can read this room");
  await terminal.shows("open #lobby> see chat://");
  assertEquals(conversation.asked, ["who"]);
});

Deno.test("runTerminal() leaves without waiting for who is not there to read", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  const [, bob] = conversation.members;
  assert(bob !== undefined);
  conversation.rooms.set(1, directRoom(1, bob));
  conversation.sealed.statuses.set(1, { ...MEMBER, phase: "waiting" });
  terminal.now = (): number => NOON + 1_000;
  stage.start({ room: 1, keeps: true });
  conversation.say = (): Promise<never> => new Promise(() => {});
  terminal.type("hello\r");
  conversation.wait({
    number: 1,
    kind: "say",
    room: 1,
    text: "hello",
    at: NOON,
    state: "sending",
    why: null,
  });
  await terminal.shows("… @bob hello (waits for bob)");
  terminal.type("/quit\r");
  await stage.over();
  await terminal.shows("1 message not sent yet: kept until you connect again");
});

Deno.test("runTerminal() holds a line back that begins as one for a sealed room, once", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  conversation.rooms.set(1, sealedRoom(1, "plans"));
  stage.start();
  await terminal.until(() => conversation.asked.includes("who"));
  terminal.type("&plans at noon\r");
  await terminal.shows("Not sent: the server can read #lobby; /room &plans");
  assertEquals(terminal.screen.cursorRow, "open #lobby> &plans at noon|");
  terminal.type("!\r"); // it is another line now
  terminal.type("\r");
  await terminal.until(() => conversation.asked.length === 2);
  assertEquals(conversation.asked[1], "say &plans at noon!");
  terminal.type("about &plans\r");
  await terminal.until(() => conversation.asked.length === 3);
  terminal.type("/room &plans\r&plans at noon\r");
  await terminal.until(() =>
    conversation.asked.includes("say &plans at noon in 1")
  );
});

Deno.test("runTerminal() sends no part of a key that it has to where the server can read it", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  conversation.rooms.set(1, sealedRoom(1, "plans"));
  const key = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 3);
  conversation.sealed.secrets.set(1, key);
  stage.start();
  await terminal.until(() => conversation.asked.includes("who"));
  terminal.type(`${key.toBase64().slice(0, 20)}\r`);
  await terminal.shows("Not sent: the server can read this room");
  assertEquals(conversation.asked, ["who"]);
});

Deno.test("runTerminal() holds the first line back of who could not go to a sealed room", async () => {
  await using stage = new Stage();
  const { conversation, terminal } = stage;
  stage.start();
  await terminal.until(() => conversation.asked.includes("who"));
  for (
    const [line, told] of [["/room &tea", "not in &tea"], [
      "/join &tea",
      "not in &tea",
    ], ["/msg bob", "Cannot say that"]] as const
  ) {
    terminal.written = "";
    if (line === "/msg bob") conversation.refuse();
    terminal.type(`${line}\r`);
    await terminal.until(() => terminal.written.includes(told));
    const text = `after ${line.slice(1)}`;
    terminal.type(`${text}\r`);
    await terminal.until(() => terminal.written.includes("still in #lobby"));
    assert(!conversation.asked.includes(`say ${text}`));
    terminal.type("\r"); // it is still there to be edited
    await terminal.until(() => conversation.asked.includes(`say ${text}`));
    terminal.type("on\r"); // once is enough
    await terminal.until(() => conversation.asked.at(-1) === "say on");
  }
  terminal.type("/room dev\rhello\r"); // an open room is no loss
  await terminal.until(() => conversation.asked.at(-1) === "say hello");
});
