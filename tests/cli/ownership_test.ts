import { foreignOwner } from "../../lib/cli/ownership.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("foreignOwner() accepts us and root, and names anybody else", () => {
  assertEquals(foreignOwner({ uid: 1000 }, 1000), undefined);
  assertEquals(foreignOwner({ uid: 0 }, 1000), undefined);
  assertEquals(foreignOwner({ uid: 0 }, 0), undefined);
  assertEquals(foreignOwner({ uid: 1001 }, 1000), 1001);
  assertEquals(foreignOwner({ uid: 1000 }, 0), 1000);
});

Deno.test("foreignOwner() knows nobody where the system does not number users", () => {
  assertEquals(foreignOwner({ uid: undefined }, null), undefined);
  assertEquals(foreignOwner({ uid: undefined }, 1000), undefined);
  assertEquals(foreignOwner({ uid: 1000 }, null), undefined);
});
