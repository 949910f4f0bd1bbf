import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assertEquals } from "../support/assert.ts";
import { entries, entry, payloads, sender, text } from "./support/histories.ts";

Deno.test("MemoryHistory keeps the last of each room", () => {
  using history = new MemoryHistory({ keepLast: 2 });
  history.append(entries(1, 5));
  assertEquals(text(history.read(0, { after: 0 }).bytes), payloads(4, 5));
  assertEquals(history.room(0)?.firstSeq, 4);
});

Deno.test("MemoryHistory that keeps nothing still counts and remembers numbers", () => {
  using history = new MemoryHistory({ keepLast: 0 });
  const sent = { sender: sender(1), number: 1 };
  history.append([entry(1, { sent, at: 7 }), entry(2)]);
  assertEquals([history.room(0)?.firstSeq, history.room(0)?.seq], [3, 2]);
  assertEquals(history.bytes, 0);
  assertEquals(history.sent(sent.sender, 1), { room: 0, seq: 1, at: 7 });
});

Deno.test("MemoryHistory forgets the sender that is idle longest", () => {
  using history = new MemoryHistory({ keepLast: 0 });
  const numbered = (who: number): ReturnType<typeof sender> => {
    const fingerprint = new Uint8Array(32);
    new DataView(fingerprint.buffer).setUint32(0, who);
    return { fingerprint, device: new Uint8Array(16) };
  };
  const send = (who: number, seq: number): void =>
    history.append([
      entry(seq, { sent: { sender: numbered(who), number: seq } }),
    ]);
  for (let who = 1; who <= 10_000; who++) send(who, who);
  send(1, 10_001);
  send(10_001, 10_002);
  assertEquals(history.lastNumber(numbered(1)), 10_001);
  assertEquals(history.lastNumber(numbered(2)), undefined);
  assertEquals(history.lastNumber(numbered(3)), 3);
});
