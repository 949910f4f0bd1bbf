import { secretWords } from "../../lib/lab/secret.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("secretWords() takes each word of four letters and more once", () => {
  const texts = ["Zürich, or Łódź? It's 2026: see you.", "zürich -- Year"];
  assertEquals(
    secretWords(texts).map((secret) => secret.kind === "text" && secret.text),
    ["zürich", "Łódź", "2026", "Year"],
  );
});

Deno.test("secretWords() counts letters, not code units or marks apart", () => {
  const decomposed = "e\u0301te\u0301"; // three letters once composed
  assertEquals(secretWords([decomposed, "𝒶𝒷𝒸"]), []);
});
