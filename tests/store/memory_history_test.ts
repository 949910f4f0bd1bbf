import { MemoryHistory } from "../../lib/store/memory_history.ts";
import { assert, assertEquals } from "../support/assert.ts";
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

Deno.test("MemoryHistory.prune() removes the oldest of all rooms first, and what is too old behind them", () => {
  using history = new MemoryHistory({ keepLast: Infinity });
  history.createRoom({ name: "a", form: "a" });
  const payload = new Uint8Array(10);
  const at = (room: number, ...times: number[]): void =>
    history.append(
      times.map((at, i) => entry(i + 1, { room, at, payload })),
    );
  at(0, 1, 4, 6, 2, 9);
  at(1, 2, 3, 5, 8);
  const kept = (): readonly (number | undefined)[] =>
    [0, 1].map((room) => history.room(room)?.firstSeq);
  history.prune({ maxBytes: 61 });
  assertEquals(kept(), [2, 3]);
  history.prune({ maxBytes: 60 });
  assertEquals(kept(), [2, 3]);
  history.prune({ maxBytes: 59 });
  assertEquals(kept(), [3, 3]);
  history.prune({ maxBytes: 39, olderThan: 5 });
  assertEquals(kept(), [5, 4]); // the one of time 2 went with the one before it
  history.prune({ maxBytes: 0 });
  assertEquals([...kept(), history.bytes], [6, 5, 0]);
});

Deno.test("MemoryHistory.prune() looks a few times at each entry, however many go", () => {
  using history = new MemoryHistory({ keepLast: Infinity });
  const rooms = 300;
  for (let i = 1; i < rooms; i++) {
    history.createRoom({ name: "", form: `${i}` });
  }
  let looks = 0;
  for (let room = 0; room < rooms; room++) {
    history.append(
      Array.from({ length: 20 }, (_, i) => {
        const made = entry(i + 1, { room, at: i * rooms + room });
        const payload = made.payload;
        const slice = payload.slice.bind(payload);
        payload.slice = (): Uint8Array<ArrayBuffer> => {
          const kept = slice();
          return new Proxy(kept, {
            get: (target, name): unknown => {
              looks += 1;
              return Reflect.get(target, name);
            },
          });
        };
        return made;
      }),
    );
  }
  history.prune({ maxBytes: 0 });
  assertEquals(history.bytes, 0);
  assert(looks <= 5 * 20 * rooms, `${looks} looks at ${20 * rooms} entries`);
});
