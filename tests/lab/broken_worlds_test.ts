/** Each verdict fails in a world where what it claims is not so. */
import type { Outcome } from "../../lib/lab/experiment.ts";
import { degrade } from "../../lib/lab/downgrade/experiment.ts";
import { impersonate } from "../../lib/lab/impersonation/experiment.ts";
import { intercept } from "../../lib/lab/interception/experiment.ts";
import { Laboratory } from "../../lib/lab/laboratory.ts";
import { besiegeSealed } from "../../lib/lab/sealed_rooms/experiment.ts";
import { LAST_LIES, LIES } from "../../lib/lab/sealed_rooms/lies.ts";
import { noTerminal } from "../../lib/lab/this_program.ts";
import { tamper } from "../../lib/lab/tampering/experiment.ts";
import { session } from "../../lib/lab/tampering/session.ts";
import { assertEquals } from "../support/assert.ts";
import { soon } from "../support/program.ts";

async function failing(
  run: (lab: Laboratory) => Promise<Outcome>,
): Promise<string[]> {
  await using lab = new Laboratory({ signal: soon(), short: true });
  const { verdicts } = await run(lab);
  return verdicts.filter(({ held }) => !held).map(({ claim }) => claim);
}

Deno.test("intercept() fails when victims trust the attacker's key", async () => {
  assertEquals(await failing((lab) => intercept(lab, "attacker")), [
    "A server with another key than the pinned one is refused",
    "The client had not said who it is by then",
    "A key that has changed is refused",
  ]);
});

Deno.test("impersonate() fails when the impostor has the private key", async () => {
  const failed = await failing((lab) =>
    impersonate(lab, { keyIsStolen: true })
  );
  assertEquals(failed, [
    "A public key alone lets nobody in",
    "An impostor is told nothing but that it failed",
  ]);
});

Deno.test("impersonate() fails when the server lets everybody in", async () => {
  assertEquals(await failing((lab) => impersonate(lab, { isOpen: true })), [
    "A key that is not on the list is refused, and told so",
    "An invitation that was used lets nobody else in",
    "A stolen invitation is good for one thief at most, and the guest notices",
    "An invitation that has expired lets nobody in",
    "A made-up invitation lets nobody in",
  ]);
});

Deno.test("degrade() fails when a client takes whatever it is offered", async () => {
  const careless = (): Promise<string> => Promise.resolve("connected");
  assertEquals(await failing((lab) => degrade(lab, careless)), [
    "No edited greeting leads to a connection",
  ]);
});

Deno.test("degrade() fails when a client never connects, whatever it is offered", async () => {
  const never = (): Promise<string> => Promise.resolve("CHAT_TIMEOUT");
  assertEquals(await failing((lab) => degrade(lab, never)), [
    "No edited greeting leads to a connection",
  ]);
});

Deno.test("tamper() fails when a victim believes too much and says nothing", async () => {
  const failed = await failing((lab) =>
    tamper(lab, async (plan) => {
      const account = await session(plan);
      const invented = { seq: 9_999, name: "evil", text: "never said" };
      const heard = [...account.heard, invented];
      return { ...account, heard, error: undefined };
    })
  );
  assertEquals(failed, [
    "Never was a message accepted that was not sent",
    "Never was a message lost without anybody being told",
    "What changes anything is noticed by whoever receives it",
  ]);
});

Deno.test({
  name:
    "besiegeSealed() fails when the link lies on the server, and people are told of nothing",
  ignore: noTerminal() !== undefined,
  fn: besiegesNobody,
});

async function besiegesNobody(): Promise<void> {
  const failed = await failing((lab) =>
    besiegeSealed(lab, { linkIsKept: true, honest: true, soonMs: 30 })
  );
  assertEquals(failed, [
    "No text, no name and no secret of a sealed room is on the server's disk or in its log",
    "All that the server has opens no sealed room",
    ...[...LIES, ...LAST_LIES].map(({ claim }) => claim)
      .filter((claim) => !claim.startsWith("Somebody whom the server puts in")),
  ]);
}
