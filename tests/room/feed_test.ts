import type { Page } from "../../lib/room/history.ts";
import { Feed } from "../../lib/room/feed.ts";
import { LogTail } from "../../lib/room/log.ts";
import { TailSpace } from "../../lib/room/tail_space.ts";
import { assertEquals } from "../support/assert.ts";

function tail(): LogTail {
  const read = (after: number): Page => ({
    first: after + 1,
    last: after,
    bytes: new Uint8Array(0),
  });
  return new LogTail({ seq: 0, read, space: new TailSpace() });
}

/** A feed of two rooms, and the way to append to them. */
function twoRooms(): { feed: Feed; append: (room: number) => void } {
  const feed = new Feed();
  const tails = [tail(), tail()];
  tails.forEach((tail, room) => feed.follow(room, tail.cursor()));
  return {
    feed,
    append(room): void {
      tails[room]?.append(Uint8Array.of(room + 1), true);
      feed.notice(room);
    },
  };
}

function take(feed: Feed): number[] {
  return feed.pending > 0 ? [...feed.take()] : [];
}

Deno.test("Feed.take() gives each room its turn", () => {
  const { feed, append } = twoRooms();
  append(0);
  append(1);
  assertEquals(take(feed), [1]);
  append(0);
  assertEquals(take(feed), [2]);
  assertEquals(take(feed), [1]);
  assertEquals(take(feed), []);
});

Deno.test("Feed.unfollow() takes nothing more of that room", () => {
  const { feed, append } = twoRooms();
  append(0);
  append(1);
  feed.unfollow(0);
  assertEquals(take(feed), [2]);
  append(0);
  assertEquals([take(feed), feed.rooms], [[], [1]]);
});

Deno.test("Feed.backlog counts the bytes of all rooms", () => {
  const { feed, append } = twoRooms();
  append(0);
  append(1);
  assertEquals(feed.backlog, 2);
});
