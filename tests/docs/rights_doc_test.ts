import { VERBS } from "../../lib/protocol/entry.ts";
import { expected } from "../room/moderation_table.ts";
import { assertEquals } from "../support/assert.ts";
import { plain, readDoc, rowsOf, sectionOf } from "./markdown.ts";

Deno.test("docs/protocol.md 11.10 says of every verb whom it is for", () => {
  const section = sectionOf(readDoc("protocol.md"), "11.10 Moderation");
  const rows = rowsOf(section, ["verb", "for", "effect"]);
  const listed = rows.map(([verb = "", who]) => [plain(verb), who]);
  const isForOperators = (verb: typeof VERBS[number]): boolean =>
    expected("operator", verb, "nobody") !== "F";
  assertEquals(
    listed,
    VERBS.map((verb) => [verb, isForOperators(verb) ? "operators" : "owners"]),
  );
});
