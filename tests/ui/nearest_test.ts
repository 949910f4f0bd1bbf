import { nearest } from "../../lib/ui/nearest.ts";
import { assertEquals } from "../support/assert.ts";

const words = ["/help", "/who", "/me", "/whois", "/quit"];

Deno.test("nearest() finds the word that was meant", () => {
  const meant: Record<string, string | undefined> = {
    "/hlep": "/help", // swapped
    "/hep": "/help", // left out
    "/whoo": "/who", // doubled
    "/qiut": "/quit",
    "/quir": "/quit", // replaced
    "/whoi": "/who",
    "/usr/bin": undefined,
    "/": undefined,
    "/xyz": undefined,
  };
  for (const [typed, word] of Object.entries(meant)) {
    assertEquals(nearest(typed, words), word, typed);
  }
});
