import { parseInput } from "../../lib/ui/commands.ts";
import { holdsSecret, isBareLink, leaksKey } from "../../lib/ui/link_secret.ts";
import { assert, assertEquals } from "../support/assert.ts";

const KEY = "A".repeat(43);
const LINK = `chat://host:1/plans?pin=SHA256:x#key=${KEY}`;
const guest = { standing: "member" } as const;

Deno.test("parseInput() never says the link of a sealed room that was pasted alone", () => {
  for (const text of [LINK, ` ${LINK}\n`, LINK.toUpperCase()]) {
    const action = parseInput(text, guest);
    assertEquals(action.kind, "mistake", text);
    assert(!JSON.stringify(action).includes(KEY));
  }
  assert(!isBareLink("chat://host:1/plans"));
  assert(!isBareLink(`see ${LINK}`));
});

Deno.test("leaksKey() is what would show the key of a sealed room to the server", () => {
  const leaks = (text: string, sealed: boolean): boolean => (
    leaksKey(text, parseInput(text, guest), { sealed })
  );
  for (
    const text of [
      `see ${LINK}`,
      `/me offers ${LINK}`,
      `/topic ${LINK}`,
      `/search ${LINK}`,
      `see chat://host/x#invite=A&key=${KEY}`,
    ]
  ) {
    assert(leaks(text, false), text);
    assert(!leaks(text, true), text);
  }
  for (const text of [`/open ${LINK}`, `/msg bob ${LINK}`, "chat://host/x"]) {
    assert(!leaks(text, false), text);
  }
});

Deno.test("holdsSecret() knows what a link holds behind its #, mistyped or not", () => {
  for (const text of [LINK, `/opne ${LINK}`, "chat://h/#invite=A", "#KEY=x"]) {
    assert(holdsSecret(text), text);
  }
  for (const text of ["hello", "chat://host/dev", "#dev", "key=1"]) {
    assert(!holdsSecret(text), text);
  }
});
