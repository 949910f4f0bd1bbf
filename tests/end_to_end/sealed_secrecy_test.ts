import { utf8 } from "../../lib/bytes.ts";
import type { Identity } from "../../lib/identity/identity.ts";
import { parseKeyFile } from "../../lib/identity/key_file.ts";
import type { Needle } from "../../lib/lab/needles.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { filesOf } from "../support/files_of.ts";
import { NeedleScan, scan } from "../support/needle_scan.ts";
import { canReadMemory, memoryOf } from "../support/process_memory.ts";
import { chatServe, temporaryHome } from "../support/program.ts";
import { liveSealed } from "../support/sealed_life.ts";
import { overTcp } from "../support/sealed_member.ts";
import { Wiretap } from "../support/wiretap.ts";

/** What a process has of it in memory. */
function inMemory(pid: number, needles: readonly Needle[]): readonly string[] {
  const scanning = new NeedleScan(needles);
  for (const { bytes, follows } of memoryOf(pid)) {
    if (!follows) scanning.startAnew();
    scanning.feed(bytes);
  }
  return scanning.found;
}

/** How many texts there are needles for. */
function wordsOf(needles: readonly Needle[]): number {
  return new Set(needles.map(({ secret }) => secret.what)).size;
}

/** The identity that a process made for itself. */
async function identityIn(home: string): Promise<Identity> {
  const file = await parseKeyFile(
    await Deno.readFile(`${home}/chat/identity.pem`),
  );
  assert(file.kind === "open");
  return file.key.identity;
}

Deno.test({
  name:
    "chat serve's whole disk, memory, keys and traffic hold nothing of a sealed room",
  ignore: !canReadMemory(), // sealed_glass_test.ts looks at the rest anywhere
  fn: servesBlindly,
});

async function servesBlindly(): Promise<void> {
  await using home = await temporaryHome();
  await using server = await chatServe(home.path, [
    "--quiet",
    "--show-ciphertext",
    `--data=${home.path}/data`,
  ]);
  const { child, port } = server;
  const identity = await identityIn(home.path);
  await using taps = new AsyncDisposableStack();
  const tapped: Wiretap[] = [];
  await using life = await liveSealed(overTcp((member) => {
    const tap = taps.use(new Wiretap({ identity, port }, member));
    tapped.push(tap);
    return tap.port;
  }, identity.fingerprint));
  const places: Readonly<
    Record<string, (needles: readonly Needle[]) => readonly string[]>
  > = {
    traffic: (needles) => scan(tapped.flatMap(({ heard }) => heard), needles),
    disk: (needles) => scan(filesOf(home.path), needles),
    memory: (needles) => inMemory(child.pid, needles),
  };
  const log = (): string =>
    [...child.stdout.lines, ...child.stderr.lines].join("\n");
  for (const [place, look] of Object.entries(places)) {
    assertEquals(look(life.needles), [], place);
    const spoken = look(life.open).filter((one) => one.endsWith("(UTF-8)"));
    assertEquals(spoken.length, wordsOf(life.open), `${place} is not searched`);
  }
  assertEquals(scan([utf8(log())], life.needles), [], "log");
  const relayed =
    /^.*Relayed (\d+) sealed bytes \([0-9a-f]{8}, .*: (\w{64})$/gm;
  const starts = [...log().matchAll(relayed)].map(([, , start]) => start);
  assert(starts.length > 10, log());
  assertEquals(new Set(starts).size, starts.length); // nothing is sealed twice
  // Whatever was there would have been found.
  await life.member.client.say(life.secret.toHex());
  for (const [place, look] of Object.entries(places)) {
    const found = look(life.needles);
    assert(
      found.includes("the room secret (hexadecimal)"),
      `${place} ${found}`,
    );
  }
}
