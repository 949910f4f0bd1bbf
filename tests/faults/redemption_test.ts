import { redemptionFaults } from "../../faults/redemption.ts";

Deno.test("chat serve admits one of many with one invitation, though it is killed", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  await redemptionFaults(seed, [{ redeemers: 100, parallel: 50, crashes: 2 }]);
});
