import { Link } from "../../lib/ui/link.ts";
import { toPlain } from "../../lib/ui/style.ts";
import { assert, assertEquals } from "../support/assert.ts";

type Seen = Parameters<Link["see"]>[0];

function lost(retryMs: number, text = ""): Seen {
  return { kind: "connection", state: "lost", text, retryMs };
}

const restored: Seen = {
  kind: "connection",
  state: "restored",
  text: "",
  retryMs: 0,
};

function texts(lines: ReturnType<Link["see"]>): string[] {
  return lines.map(({ spans }) => toPlain(spans));
}

Deno.test("Link tells once that the connection is lost, and once that it is back", () => {
  const link = new Link(() => 0);
  const why = "Cannot go on: cut\x1b[2J off";
  assertEquals(texts(link.see(lost(1_000, why), 0)), [
    "   -- The connection is lost: cut off",
    "      What you write is kept, and sent when it is back",
  ]);
  assert(link.lost);
  assertEquals(link.see(lost(2_000, "again"), 0), []);
  assertEquals(texts(link.see(restored, 2)), [
    "   -- Connected again; sending 2 messages",
  ]);
  assert(!link.lost);
  assertEquals(link.see(restored, 0), []);
  link.see(lost(1), 0);
  assertEquals(texts(link.see(restored, 0)), ["   -- Connected again"]);
});

Deno.test("Link counts down to the next try", () => {
  let now = 0;
  const link = new Link(() => now);
  assertEquals([link.status(), link.changesIn()], ["", undefined]);
  link.see(lost(2_500), 0);
  assertEquals([link.status(), link.changesIn()], ["reconnecting in 3 s", 500]);
  now = 500;
  assertEquals([link.status(), link.changesIn()], [
    "reconnecting in 2 s",
    1_000,
  ]);
  now = 2_500;
  assertEquals([link.status(), link.changesIn()], ["reconnecting…", undefined]);
});

Deno.test("Link tells what waits from before, and what becomes of it", () => {
  const kept = new Link(() => 0, { keeps: true });
  assertEquals(texts(kept.leftOver(1)), [
    "   -- 1 message from before is not sent yet; /outbox lists them",
  ]);
  assertEquals(texts(kept.farewell(2)), [
    "   -- 2 messages not sent yet: kept until you connect again",
  ]);
  assertEquals(texts(new Link(() => 0).farewell(1)), [
    "   -- 1 message not sent, and not kept",
  ]);
  assertEquals([kept.leftOver(0), kept.farewell(0)], [[], []]);
});
