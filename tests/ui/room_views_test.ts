import { MAX_VIEWS, RoomViews } from "../../lib/ui/room_views.ts";
import { roomLabel } from "../../lib/ui/room_label.ts";
import { roomAt } from "../../lib/ui/room_keys.ts";
import { roomName } from "../../lib/ui/room_name.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { directRoom, openRoom, sealedRoom } from "../support/rooms.ts";
import { member } from "../support/people.ts";

const rooms = [
  openRoom(0, "lobby"),
  openRoom(2, "dev"),
  directRoom(1, member("bob", "Qm2d")),
];

function views(current?: number): RoomViews {
  return new RoomViews(
    new Map(rooms.map((room) => [room.room, room])),
    current,
  );
}

Deno.test("roomLabel() is safe, never empty, never long, without spaces", () => {
  const label = (name: string): string => roomLabel(openRoom(3, name));
  assertEquals(label("dev"), "#dev");
  assertEquals(label("a\x1b[2J b\n#c@d·e"), "#a.b..c.d.e");
  assertEquals(label("\u{200b}"), "#?3");
  assertEquals(label("x".repeat(99)), `#${"x".repeat(32)}`);
  assertEquals(roomLabel(directRoom(1, member("bob", "Q"))), "@bob");
  assertEquals(roomLabel(sealedRoom(1, "plans")), "&plans");
});

Deno.test("roomLabel() and roomName() let no name pass for another kind of room", () => {
  for (const name of ["&plans", "@bob", "#dev", "~&x", "?7"]) {
    for (const room of [openRoom(3, name), sealedRoom(3, name)]) {
      const sign = room.type === "open" ? "#" : "&";
      assert(/^.[^#@&~]+$/.test(roomLabel(room)), roomLabel(room));
      assert(roomLabel(room).startsWith(sign));
      const bare = room.type === "open" ? "" : "&";
      assert(/^[^#@&~?]/.test(roomName(3, room).slice(bare.length)));
      assert(roomName(3, room).startsWith(bare));
    }
  }
  assertEquals(roomName(3, sealedRoom(3, "")), "&?3");
});

Deno.test("RoomViews tells rooms apart whose labels look alike, as long as they do", () => {
  const all = views();
  all.add(sealedRoom(5, "plans"));
  assertEquals([all.of(5).label, all.of(5).name], ["&plans", "&plans"]);
  all.add(sealedRoom(6, "PLANS"));
  assertEquals([all.of(5).label, all.of(6).label], ["&plans~5", "&PLANS~6"]);
  assertEquals([all.of(5).name, all.of(6).name], ["&plans~5", "&PLANS~6"]);
  assertEquals(all.named("&plans"), undefined);
  assertEquals(all.named("&plans~6")?.room, 6);
  all.add(sealedRoom(6, "other"));
  assertEquals([all.of(5).label, all.of(6).label], ["&plans", "&other"]);
  all.add(sealedRoom(7, "other"));
  all.remove(6);
  assertEquals(all.of(7).label, "&other");
  all.add(openRoom(8, "other")); // its sign tells
  assertEquals([all.of(7).label, all.of(8).label], ["&other", "#other"]);
});

Deno.test("RoomView.secrecy is never sealed of a room that nobody told of", () => {
  const all = views();
  all.add(sealedRoom(5, "plans"));
  const words = [0, 1, 5, 77].map((room) => all.of(room).secrecy);
  assertEquals(words, ["open", "sealed", "sealed", "open"]);
});

Deno.test("roomName() is what programs call a room", () => {
  assertEquals(rooms.map((room) => roomName(room.room, room)), [
    "lobby",
    "dev",
    "@bob",
  ]);
  assertEquals([roomName(0, undefined), roomName(9, undefined)], [
    "lobby",
    "?9",
  ]);
});

Deno.test("RoomViews begins in the lobby, or where it is told", () => {
  assertEquals(views().current.label, "#lobby");
  assertEquals(views(2).current.label, "#dev");
  assertEquals(new RoomViews(new Map()).current.label, "#lobby");
  assertEquals(views().all.map(({ label }) => label), [
    "#lobby",
    "@bob",
    "#dev",
  ]);
});

Deno.test("RoomViews.of() survives a number that nobody told of", () => {
  const all = views();
  assertEquals(all.of(77).label, "#?77");
  assertEquals(all.all.length, 3);
});

Deno.test("RoomViews.named() finds a room by its label or its bare name", () => {
  const all = views();
  const found = ["#DEV", "dev", "@bob", "bob", "#bob", "@dev", "none"]
    .map((name) => all.named(name)?.label);
  const none = undefined;
  assertEquals(found, ["#dev", "#dev", "@bob", "@bob", none, none, none]);
});

Deno.test("RoomViews.remove() goes to the lobby from a room that is gone", () => {
  const all = views(2);
  all.remove(0);
  assertEquals([all.all.length, all.current.label], [3, "#dev"]);
  all.remove(2);
  assertEquals([all.has(2), all.current.label], [false, "#lobby"]);
});

Deno.test("RoomViews.add() remembers a bounded number of rooms", () => {
  const all = views();
  for (let i = 0; i < MAX_VIEWS + 10; i++) all.add(openRoom(i, `r${i}`));
  assertEquals(all.all.length, MAX_VIEWS);
  assertEquals(all.current.label, "#r0"); // it has another name now
});

Deno.test("roomAt() leads to the next room and back, and by number", () => {
  const all = views();
  const at = (key: string): string | undefined => roomAt(key, all)?.label;
  assertEquals([at("ctrl-n"), at("alt-down")], ["@bob", "@bob"]);
  assertEquals([at("ctrl-p"), at("alt-up")], ["#dev", "#dev"]);
  assertEquals([at("alt-1"), at("alt-3"), at("alt-4")], [
    "#lobby",
    "#dev",
    undefined,
  ]);
  assertEquals([at("alt-0"), at("left"), at("alt-b")], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("roomAt() leads to where something is new, first to what is for us", () => {
  const all = views();
  const at = (): string | undefined => roomAt("alt-a", all)?.label;
  assertEquals(at(), undefined);
  all.of(2).unread = 1;
  assertEquals(at(), "#dev");
  all.of(1).unread = 1;
  assertEquals(at(), "@bob");
  all.of(1).unread = 0;
  all.of(2).mentioned = true;
  assertEquals(at(), "#dev");
  all.go(all.of(2).room);
  assertEquals([at(), all.current.unread], [undefined, 0]);
});
