import { parseDuration } from "../../lib/ui/duration.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("parseDuration() reads a number and a unit", () => {
  const known = { "90s": 90, "10m": 600, "2h": 7_200, "7d": 604_800 };
  for (const [text, seconds] of Object.entries(known)) {
    assertEquals(parseDuration(text), seconds);
    assertEquals(parseDuration(text.toUpperCase()), seconds);
  }
  assertEquals(parseDuration("3650d"), 3_650 * 86_400);
});

Deno.test("parseDuration() refuses everything else", () => {
  const others = ["", "10", "m", "0m", "-1m", "1.5h", "10 m", "1y", "3651d"];
  for (const text of [...others, "99999999999s", "1e3s", " 1m"]) {
    assertEquals(parseDuration(text), undefined, text);
  }
});
