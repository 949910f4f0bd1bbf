import { RoomView } from "../../../lib/ui/room_view.ts";
import {
  TYPING_EVERY_MS,
  TypingNotice,
} from "../../../lib/ui/terminal/typing_notice.ts";
import { assertEquals } from "../../support/assert.ts";
import {
  directRoom,
  FakeConversation,
  openRoom,
} from "../../support/fake_conversation.ts";
import { member } from "../../support/people.ts";

Deno.test("TypingNotice tells now and then that we are typing", () => {
  const conversation = new FakeConversation();
  const notice = new TypingNotice(conversation);
  const [lobby, dev] = [new RoomView(0), new RoomView(1, openRoom(1, "dev"))];
  notice.typed("a", lobby, 0);
  notice.typed("ab", lobby, TYPING_EVERY_MS - 1);
  notice.typed("abc", lobby, TYPING_EVERY_MS);
  notice.typed("x", dev, TYPING_EVERY_MS + 1);
  notice.sent();
  notice.typed("y", dev, TYPING_EVERY_MS + 2);
  assertEquals(conversation.noted, [
    "typing 0",
    "typing 0",
    "typing 1",
    "typing 1",
  ]);
});

Deno.test("TypingNotice is silent about commands, nothing, and where nobody is", () => {
  const conversation = new FakeConversation();
  const notice = new TypingNotice(conversation);
  const alone = new RoomView(0);
  alone.roster.reset([conversation.self]);
  notice.typed("hello", alone, 0);
  notice.typed("/me waves", new RoomView(1), 0);
  notice.typed(" \n", new RoomView(1), 0);
  assertEquals(conversation.noted, []);
  notice.typed("//slash", new RoomView(1), 0);
  const direct = new RoomView(2, directRoom(2, member("bob", "Q")));
  direct.roster.reset([conversation.self]); // away, but it may look in
  notice.typed("hello", direct, 0);
  assertEquals(conversation.noted, ["typing 1", "typing 2"]);
});
