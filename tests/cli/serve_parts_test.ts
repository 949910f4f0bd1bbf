import { reachableHosts } from "../../lib/cli/reachable.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("reachableHosts() names the addresses that others can use", () => {
  const here = ["127.0.0.1", "::1", "192.0.2.5", "fe80::1", "2001:db8::7"]
    .map((address) => ({ address }));
  assertEquals(reachableHosts("192.0.2.5", here), ["192.0.2.5"]);
  assertEquals(reachableHosts("0.0.0.0", here), ["192.0.2.5"]);
  assertEquals(reachableHosts("::", here), ["192.0.2.5", "2001:db8::7"]);
  assertEquals(reachableHosts("0.0.0.0", here.slice(0, 2)), ["127.0.0.1"]);
});
