import { Budget } from "../../lib/room/budget.ts";
import { roomLimits } from "../../lib/room/room_limits.ts";
import { assertEquals } from "../support/assert.ts";

const limits = roomLimits({
  messagesPerSecond: 1,
  messageBurst: 2,
  bytesPerSecond: 10,
  byteBurst: 30,
});

Deno.test("Budget.spend() tells how long to wait for a message", () => {
  const budget = new Budget(limits, 0);
  const cost = { messages: 1, bytes: 0 };
  assertEquals([1, 2, 3].map(() => budget.spend(cost, 0)), [0, 0, 1_000]);
  assertEquals(budget.spend(cost, 999), 1);
  assertEquals(budget.spend(cost, 1_000), 0);
});

Deno.test("Budget.spend() tells how long to wait for bytes", () => {
  const budget = new Budget(limits, 0);
  assertEquals(budget.spend({ messages: 1, bytes: 25 }, 0), 0);
  assertEquals(budget.spend({ messages: 1, bytes: 25 }, 0), 2_000);
  assertEquals(budget.spend({ messages: 1, bytes: 5 }, 0), 0);
});

Deno.test("Budget.spend() takes nothing when it refuses", () => {
  const budget = new Budget(limits, 0);
  assertEquals(budget.spend({ messages: 1, bytes: 30 }, 0), 0);
  budget.spend({ messages: 1, bytes: 30 }, 0);
  assertEquals(budget.spend({ messages: 1, bytes: 0 }, 0), 0);
});

Deno.test("Budget.refusals grows with refusals and shrinks by ten with each accepted request", () => {
  const budget = new Budget(limits, 0);
  const cost = { messages: 1, bytes: 0 };
  for (let i = 0; i < 14; i++) budget.spend(cost, 0);
  assertEquals(budget.refusals, 12); // two of them were accepted
  budget.spend(cost, 1_000);
  assertEquals(budget.refusals, 2);
  budget.spend(cost, 2_000);
  assertEquals(budget.refusals, 0);
});

Deno.test("Budget.refusals stays small for whoever waits as it is told", () => {
  const budget = new Budget(limits, 0);
  const cost = { messages: 1, bytes: 0 };
  let at = 0;
  for (let i = 0; i < 1_000; i++) {
    const wait = budget.spend(cost, at);
    assertEquals(budget.refusals <= 1, true);
    at += wait;
  }
});
