import { parseOptions, PARTS } from "../../faults/options.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("parseOptions() runs everything unless it is told what", () => {
  const options = parseOptions([]);
  assertEquals(options.parts, PARTS);
  assertEquals(options.seed, undefined);
  assertEquals([options.from, options.schedules], [1, 10_000]);
  assertEquals(options.rounds, 200);
  assertEquals(parseOptions(["kills"]).parts, ["kills"]);
});

Deno.test("parseOptions() reads numbers, and refuses anything else", () => {
  const args = ["--seed", "7", "--rounds=3", "--draw=9", "--schedules=5"];
  const { seed, rounds, draw, schedules } = parseOptions(args);
  assertEquals([seed, rounds, draw, schedules], [7, 3, 9, 5]);
  for (const args of [["--seed=-1"], ["--seed=x"], ["--sed=1"], ["kill"]]) {
    assertThrows(() => parseOptions(args), TypeError);
  }
});
