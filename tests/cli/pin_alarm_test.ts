import { refusingChanges } from "../../lib/cli/pin_alarm.ts";
import { changePins, pinsPath } from "../../lib/cli/pins_file.ts";
import { ChatError, ERRORS } from "../../lib/errors.ts";
import { generateIdentity } from "../../lib/identity/identity.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { temporaryHome } from "../support/program.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";

const ADDRESS = { host: "chat.example", port: 7878 };
const { fingerprint: pinned } = await generateIdentity();
const { fingerprint: shown } = await generateIdentity();

/** Connects to a server that shows another key than the pinned one. */
async function mismatch(
  io: TestIo,
  message = `Cannot trust server: it shows the key ${shown}, which is not`,
): Promise<ChatError> {
  return await assertRefusesLater(
    "CHAT_PIN_MISMATCH",
    () =>
      refusingChanges(ADDRESS, { pins: [pinned], io }, () => (
        Promise.reject(new ChatError("CHAT_PIN_MISMATCH", message))
      )),
  );
}

Deno.test("refusingChanges() asks on a first visit whether the pin was copied whole", async () => {
  await using home = await temporaryHome();
  const io = new TestIo({ env: { XDG_CONFIG_HOME: home.path } });
  const error = await mismatch(io);
  assert(error.hint.startsWith("Copy the fingerprint once more"), error.hint);
  const told = io.stderr.join("\n");
  assert(told.includes("was it copied whole?"), told);
  assert(told.includes(`  named    ${pinned}\n  shown    ${shown}`), told);
  assert(!told.includes("chat pins remove"), told);
});

Deno.test("refusingChanges() warns of another key of a known server, and shows it", async () => {
  await using home = await temporaryHome();
  const io = new TestIo({ env: { XDG_CONFIG_HOME: home.path } });
  const pin = { address: ADDRESS, fingerprint: pinned, comment: "" };
  await changePins(pinsPath(io), (pins) => pins.add(pin));
  const error = await mismatch(io);
  assertEquals(error.hint, ERRORS.CHAT_PIN_MISMATCH.hint);
  const told = io.stderr.join("\n");
  assert(told.includes("somebody is in between"), told);
  assert(told.includes(`  trusted  ${pinned}\n  shown    ${shown}`), told);
  assert(told.includes("chat pins remove chat.example:7878"), told);
});

Deno.test("refusingChanges() survives an error that quotes no key, and others", async () => {
  await using home = await temporaryHome();
  const io = new TestIo({ env: { XDG_CONFIG_HOME: home.path } });
  await mismatch(io, "Cannot trust server");
  assert(!io.stderr.join("\n").includes("shown"));
  const other = new ChatError("CHAT_BUSY", "Cannot connect: it is full");
  const pins = [pinned];
  const quiet = new TestIo();
  const run = (): Promise<never> => Promise.reject(other);
  assertEquals(
    await assertRefusesLater(
      "CHAT_BUSY",
      () => refusingChanges(ADDRESS, { pins, io: quiet }, run),
    ),
    other,
  );
  assertEquals(quiet.stderr, []);
});
