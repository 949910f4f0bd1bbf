import { utf8 } from "../../lib/bytes.ts";
import type { Identity } from "../../lib/identity/identity.ts";
import { parseKeyFile } from "../../lib/identity/key_file.ts";
import type { Child } from "../../lib/lab/child.ts";
import type { Needle } from "../../lib/lab/needles.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { filesOf } from "../support/files_of.ts";
import { scan } from "../support/needle_scan.ts";
import { chatServe, soon, temporaryHome } from "../support/program.ts";
import { liveSealed } from "../support/sealed_life.ts";
import { overTcp } from "../support/sealed_member.ts";
import { Wiretap } from "../support/wiretap.ts";

/** Runs a program so that its memory can be looked at. */
const OBSERVED = [
  Deno.execPath(),
  ...["run", "--quiet", "--allow-all"],
  `${import.meta.dirname}/../support/observed_process.ts`,
];

/** What an observed process has of it in memory. */
class Memory {
  readonly #child: Child;
  #asked = 0;

  constructor(child: Child) {
    this.#child = child;
  }

  async find(needles: readonly Needle[]): Promise<readonly string[]> {
    const asked = ++this.#asked;
    await this.#child.type(JSON.stringify(needles));
    let answers = 0;
    return await this.#child.stdout.find("what is in memory", (line) => {
      if (!line.startsWith("found ")) return undefined;
      return ++answers === asked
        ? JSON.parse(line.slice("found ".length))
        : undefined;
    }, soon());
  }
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
  ignore: Deno.build.os !== "linux", // sealed_glass_test.ts runs anywhere
  fn: servesBlindly,
});

async function servesBlindly(): Promise<void> {
  await using home = await temporaryHome();
  await using server = await chatServe(home.path, [
    "--quiet",
    "--show-ciphertext",
    `--data=${home.path}/data`,
  ], { through: OBSERVED });
  await using ending = new AsyncDisposableStack();
  const { child, port } = server;
  ending.defer(async () => { // or the server would outlive its observer
    await child.endInput();
    await child.exit(soon());
  });
  const memory = new Memory(child);
  const identity = await identityIn(home.path);
  await using taps = new AsyncDisposableStack();
  const tapped: Wiretap[] = [];
  await using life = await liveSealed(overTcp((member) => {
    const tap = taps.use(new Wiretap({ identity, port }, member));
    tapped.push(tap);
    return tap.port;
  }, identity.fingerprint));
  const places: Readonly<
    Record<
      string,
      (
        needles: readonly Needle[],
      ) => readonly string[] | Promise<readonly string[]>
    >
  > = {
    traffic: (needles) => scan(tapped.flatMap(({ heard }) => heard), needles),
    disk: (needles) => scan(filesOf(home.path), needles),
    memory: (needles) => memory.find(needles),
  };
  const log = (): string =>
    [...child.stdout.lines, ...child.stderr.lines].join("\n");
  const spoken = [...new Set(life.open.map(({ secret }) => secret.what))];
  for (const [place, look] of Object.entries(places)) {
    const found = await look([...life.needles, ...life.open]);
    const isOpen = (one: string): boolean =>
      spoken.some((what) => one.startsWith(what));
    assertEquals(found.filter((one) => !isOpen(one)), [], place);
    const missed = spoken.filter((what) => !found.includes(`${what} (UTF-8)`));
    assertEquals(missed, [], `${place} is not searched`);
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
    const found = await look(life.needles);
    assert(
      found.includes("the room secret (hexadecimal)"),
      `${place} ${found}`,
    );
  }
}
