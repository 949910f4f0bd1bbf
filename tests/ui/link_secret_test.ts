import { parseInput } from "../../lib/ui/commands.ts";
import {
  holdsSecret,
  isBareLink,
  keysOf,
  leaksKey,
} from "../../lib/ui/link_secret.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { FakeConversation } from "../support/fake_conversation.ts";
import { directRoom, sealedRoom } from "../support/rooms.ts";
import { member } from "../support/people.ts";

const KEY = "A".repeat(43);
const LINK = `chat://host:1/plans?pin=SHA256:x#key=${KEY}`;
const guest = { standing: "member" } as const;

Deno.test("parseInput() never says the link of a sealed room that was pasted alone", () => {
  for (const text of [LINK, ` ${LINK}\n`, LINK.toUpperCase()]) {
    const action = parseInput(text, guest);
    assertEquals(action.kind, "mistake", text);
    assert(!JSON.stringify(action).includes(KEY));
  }
  assert(!isBareLink("chat://host:1/plans"));
  assert(!isBareLink(`see ${LINK}`));
});

Deno.test("leaksKey() is what would show the key of a sealed room to the server", () => {
  const leaks = (text: string, sealed: boolean): boolean => (
    leaksKey(text, parseInput(text, guest), { room: { sealed }, keys: [] })
  );
  for (
    const text of [
      `see ${LINK}`,
      `/me offers ${LINK}`,
      `/topic ${LINK}`,
      `/search ${LINK}`,
      `see chat://host/x#invite=A&key=${KEY}`,
      `LC8RG0UF3hAOg#key=${KEY}`, // the second row of a link
      `#key=${KEY.slice(0, 20)}`,
      `KEY=${"+/".repeat(10)}`,
    ]
  ) {
    assert(leaks(text, false), text);
    assert(!leaks(text, true), text);
  }
  const harmless = ["chat://host/x", "key=value", `SHA256:${KEY}`];
  for (const text of [`/open ${LINK}`, `/msg bob ${LINK}`, ...harmless]) {
    assert(!leaks(text, false), text);
  }
});

Deno.test("leaksKey() knows the keys of our rooms, however they are written", () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => (i * 89 + 255) % 256);
  const other = key.map((byte) => byte ^ 0x55);
  const keys = [other, key];
  const leaks = (text: string): boolean => (
    leaksKey(text, { kind: "say", text }, { room: { sealed: false }, keys })
  );
  const written = key.toBase64({ alphabet: "base64url", omitPadding: true });
  for (
    const text of [
      written,
      `it is ${written}, ok?`,
      written.slice(0, 12),
      written.slice(-12), // the second row of a screen
      `${written.slice(5, 12)} \n ${written.slice(12, 20)}`,
      key.toBase64(),
      key.toHex().toUpperCase(),
      key.toHex().match(/../g)?.join(":") ?? "",
    ]
  ) assert(leaks(text), text);
  for (const text of [written.slice(0, 11), key.toHex().slice(0, 14), "hi"]) {
    assert(!leaks(text), text);
  }
});

Deno.test("keysOf() finds the keys of all sealed rooms that we are in", () => {
  const conversation = new FakeConversation();
  conversation.rooms.set(1, sealedRoom(1, "plans"));
  conversation.rooms.set(2, directRoom(2, member("bob", "Qm2d")));
  const key = new Uint8Array(32).fill(9);
  conversation.sealed.secrets.set(1, key);
  assertEquals(keysOf(conversation), [key]);
});

Deno.test("holdsSecret() knows what a link holds behind its #, mistyped or not", () => {
  for (
    const text of [
      LINK,
      `/opne ${LINK}`,
      "chat://h/#invite=A",
      "#KEY=x",
      `key=${KEY}`,
    ]
  ) {
    assert(holdsSecret(text), text);
  }
  for (const text of ["hello", "chat://host/dev", "#dev", "key=1"]) {
    assert(!holdsSecret(text), text);
  }
});
