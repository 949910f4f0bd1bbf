import { assertEquals } from "../support/assert.ts";
import { Driver, ownerOf } from "./driver.ts";

Deno.test("moderate() takes who is banned for good out of all rooms but the lobby", () => {
  for (const seconds of [null, 60]) {
    const driver = new Driver({}, { owners: [ownerOf(1)] });
    const alice = driver.join(1, "alice");
    const bob = driver.join(2, "bob");
    driver.ask(bob, { kind: "join", name: "garden" });
    driver.ask(bob, { kind: "direct", name: "alice" });
    const ban = { kind: "moderate", verb: "ban", subject: "bob" } as const;
    driver.ask(alice, { ...ban, seconds });
    const left = [...driver.house.belongings.get(ownerOf(2)) ?? []];
    assertEquals(
      left.map(({ number }) => number),
      seconds === null ? [0] : [0, 1, 2],
    );
  }
});
