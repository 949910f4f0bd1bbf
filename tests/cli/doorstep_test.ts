import { Doorstep } from "../../lib/cli/doorstep.ts";
import { assertEquals } from "../support/assert.ts";
import { TestIo } from "../support/test_io.ts";

const wanted = {
  kind: "name_wanted",
  why: "taken",
  text: "Somebody\x1b has it",
  suggestion: "alice-2",
} as const;

Deno.test("Doorstep asks for a name, and takes the one suggested", async () => {
  const io = new TestIo({ answers: ["", "bob"] });
  const { askName } = new Doorstep(io).questions;
  assertEquals(await askName?.(wanted), "alice-2");
  assertEquals(await askName?.({ ...wanted, why: "needed" }), "bob");
  assertEquals(io.questions[0], "Your name on the server [alice-2]:");
  assertEquals(io.stderr, ["Somebody\\u{1b} has it"]);
});

Deno.test("Doorstep asks nobody where nobody is", () => {
  assertEquals(new Doorstep(new TestIo()).questions, {});
});

Deno.test("Doorstep says nothing more once we are in", async () => {
  const io = new TestIo({ answers: ["bob"] });
  const doorstep = new Doorstep(io);
  doorstep.report("connected");
  doorstep.report("hello");
  doorstep.report("verified");
  assertEquals(io.stderr.length, 2);
  doorstep.leave();
  doorstep.report("connected");
  assertEquals(await doorstep.questions.askName?.(wanted), undefined);
  assertEquals([io.stderr.length, io.questions.length], [2, 0]);
});
