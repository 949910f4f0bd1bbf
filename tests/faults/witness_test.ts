import { Witness } from "../../faults/witness.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("Witness.sees() takes it for a fault that a log is not what it was, or lacks what was acknowledged", () => {
  const device = { name: "a", identity: "", said: [], runs: [], rooms: [] };
  const witness = new Witness({ device, waits: () => false });
  const text = "it is not there";
  witness.sees({ kind: "changed", room: 0, text });
  assertEquals(witness.run.complaints, [text]);
});
