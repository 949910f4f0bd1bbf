import { MAX_DEVICES } from "../../lib/room/history.ts";
import { assertEquals } from "../support/assert.ts";
import { entry, sender, START, testHistories } from "./support/histories.ts";

testHistories(
  "append() forgets the device of an identity that was silent longest when there are too many",
  (history) => {
    const { fingerprint } = sender(1);
    const device = (n: number) => ({
      fingerprint,
      device: new Uint8Array(16).fill(n + 1),
    });
    let seq = 0;
    const say = (n: number, number: number): void => {
      const sent = { sender: device(n), number };
      seq += 1;
      history.append([entry(seq, { at: START + seq, sent })]);
    };
    say(MAX_DEVICES + 1, 1);
    const other = { sender: sender(2), number: 1 };
    seq += 1;
    history.append([entry(seq, { at: START + seq, sent: other })]);
    for (let n = 0; n < MAX_DEVICES - 1; n++) say(n, 1);
    say(0, 2); // it is not silent
    assertEquals(history.lastNumber(device(MAX_DEVICES + 1)), 1);
    say(MAX_DEVICES + 2, 1);
    assertEquals(history.lastNumber(device(MAX_DEVICES + 1)), undefined);
    say(MAX_DEVICES + 3, 1);
    assertEquals(history.lastNumber(device(1)), undefined);
    assertEquals(history.lastNumber(device(0)), 2);
    assertEquals(history.lastNumber(device(2)), 1);
    assertEquals(history.lastNumber(sender(2)), 1);
  },
);
