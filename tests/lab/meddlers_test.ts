import { type Meddler, Meddlers } from "../../lib/lab/meddlers.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import { assertEquals } from "../support/assert.ts";

const ALICE = new Uint8Array([1]);
const BOB = new Uint8Array([2]);
const request: ClientMessage = { kind: "who", id: 1, room: 0 };
const answer: ServerMessage = { kind: "done", id: 1, room: null };

const SILENT: Meddler = { ask: () => null, tell: () => [] };

Deno.test("Meddlers.ask() gives the house nothing of somebody whose requests are taken", () => {
  const meddlers = new Meddlers();
  meddlers.add(ALICE, SILENT);
  assertEquals(meddlers.ask("01", request, () => {}), null);
  assertEquals(meddlers.ask("02", request, () => {}), request);
});

Deno.test("Meddlers.tell() changes what somebody is told, and what everybody is", () => {
  const meddlers = new Meddlers();
  meddlers.add(null, { tell: (message) => [message, message] });
  meddlers.add(BOB, SILENT);
  assertEquals(meddlers.tell("01", [answer]), [answer, answer]);
  assertEquals(meddlers.tell("02", [answer]), []);
});

Deno.test("Meddlers stop when they are told to, one or all", () => {
  const meddlers = new Meddlers();
  const first = meddlers.add(null, SILENT);
  meddlers.add(BOB, SILENT);
  first.stop();
  first.stop();
  assertEquals(meddlers.tell("01", [answer]), [answer]);
  assertEquals(meddlers.tell("02", [answer]), []);
  meddlers.clear();
  assertEquals(meddlers.tell("02", [answer]), [answer]);
});

Deno.test("Meddlers pass on what one has changed to the next", () => {
  const meddlers = new Meddlers();
  meddlers.add(ALICE, { ask: () => ({ ...request, id: 7 }) });
  const heard: unknown[] = [];
  meddlers.add(null, {
    ask: (message, tell) => {
      heard.push(message);
      tell(answer);
      return message;
    },
  });
  const told: ServerMessage[] = [];
  const passed = meddlers.ask("01", request, (message) => told.push(message));
  assertEquals(passed, { ...request, id: 7 });
  assertEquals(heard, [passed]);
  assertEquals(told, [answer]);
});
