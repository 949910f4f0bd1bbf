import { generateIdentity } from "../lib/identity/identity.ts";
import { parseFingerprint } from "../lib/identity/fingerprint.ts";
import { MemoryDeviceState } from "../lib/member/memory_device_state.ts";
import { openDeviceState } from "../lib/store/open_device_state.ts";
import { openHistory } from "../lib/store/open_history.ts";
import { ServerProcess } from "./kills/chat_process.ts";
import { pause } from "./kills/living.ts";
import { ProcessTalker } from "./kills/process_talker.ts";
import { LocalTalker, type Talker } from "./kills/talker.ts";
import { broken, type LoggedEntry } from "./laws.ts";
import { Random } from "./simulation/random.ts";

/** How often, and what decides when. */
export interface KillsOptions {
  /** Times that the server is killed. */
  readonly rounds: number;
  readonly seed: number;
  /** Told of every round that is over. */
  readonly onRound?: (round: number) => void;
}

/** What came of it. */
export interface KillsResult {
  /** What does not hold; nothing when all is well. */
  readonly broken: readonly string[];
  readonly acknowledged: number;
}

/** Time for everything to be said and shown in the end, in milliseconds. */
const HEALING_MS = 120_000;
/** Time in which something of a round must be acknowledged, in milliseconds. */
const ROUND_MS = 30_000;

/**
 * Kills the real server under load, again and again, and clients as well, and
 * looks at what is stored and was shown in the end.
 */
export async function runKills(
  { rounds, seed, onRound = (): void => {} }: KillsOptions,
): Promise<KillsResult> {
  await using cleanup = new AsyncDisposableStack();
  const home = await Deno.makeTempDir({ prefix: "chat-faults-" });
  cleanup.defer(() => Deno.remove(home, { recursive: true }));
  const server = cleanup.use(new ServerProcess(home));
  await server.start();
  const random = new Random(seed);
  const talkers = cleanup.use(await Talkers.start(home, server));
  for (let round = 1; round <= rounds; round++) {
    await talkers.acknowledged(random.between(1, 40));
    await pause(random.below(50));
    if (random.chance(0.2)) await talkers.restartProcess();
    if (random.chance(0.1)) await server.stop();
    else await server.kill();
    await server.start();
    onRound(round);
  }
  await talkers.finish();
  await server.kill();
  const devices = talkers.all.map(({ device }) => device);
  const said = devices.flatMap((device) => device.said);
  const nothing = {
    refused: false,
    pruned: new Map(),
    rejoined: new Map(),
    left: new Set<string>(),
  };
  const seen = { ...nothing, isOrdered: false, devices, belongs: [] };
  return {
    broken: broken(readLog(server.data), seen),
    acknowledged: said.filter(({ state }) => state === "acknowledged").length,
  };
}

class Talkers implements AsyncDisposable {
  readonly all: readonly Talker[];
  readonly #process: ProcessTalker;
  readonly #cleanup: AsyncDisposableStack;

  private constructor(
    all: readonly Talker[],
    process: ProcessTalker,
    cleanup: AsyncDisposableStack,
  ) {
    this.all = all;
    this.#process = process;
    this.#cleanup = cleanup;
  }

  static async start(home: string, server: ServerProcess): Promise<Talkers> {
    await using cleanup = new AsyncDisposableStack();
    const fingerprint = parseFingerprint(server.fingerprint);
    const place = { port: server.port, fingerprint };
    const folder = `${home}/eve`;
    await Deno.mkdir(folder);
    const eve = cleanup.use(new ProcessTalker("eve", { folder, place }));
    const memory = new MemoryDeviceState(
      crypto.getRandomValues(new Uint8Array(16)),
    );
    const opens = [
      (): MemoryDeviceState => memory,
      ...["bob", "carol"].map((name) => () =>
        openDeviceState(`${home}/${name}`, { onDamage: () => {} })
      ),
    ];
    const names = ["alice", "bob", "carol"];
    const all: Talker[] = [eve];
    for (const [index, open] of opens.entries()) {
      const name = names[index] ?? "";
      const identity = await generateIdentity();
      all.push(cleanup.use(new LocalTalker(identity, { name, place, open })));
    }
    return new Talkers(all, eve, cleanup.move());
  }

  /** Resolves when so many more messages are acknowledged, or it takes long. */
  async acknowledged(count: number): Promise<void> {
    const goal = this.#acknowledged() + count;
    const end = performance.now() + ROUND_MS;
    while (this.#acknowledged() < goal) {
      if (performance.now() > end) throw new Error("Nothing is acknowledged");
      await pause(2);
    }
  }

  /** Kills the talker that is a process, and starts it again. */
  async restartProcess(): Promise<void> {
    await this.#process.restart();
  }

  /** Lets everybody finish what it says, and read to the end. */
  async finish(): Promise<void> {
    const end = performance.now() + HEALING_MS;
    for (const talker of this.all) talker.hush();
    while (!this.#areDone() && performance.now() < end) await pause(20);
    await this.#cleanup.disposeAsync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanup.disposeAsync();
  }

  #acknowledged(): number {
    let count = 0;
    for (const { device: { said } } of this.all) {
      for (const { state } of said) if (state === "acknowledged") count += 1;
    }
    return count;
  }

  /** Whether nothing waits, and everybody has read equally far. */
  #areDone(): boolean {
    return this.all.every((talker) => talker.isQuiet) &&
      [0, 1].every((room) =>
        new Set(this.all.map((talker) => talker.reach(room))).size === 1
      );
  }
}

function readLog(data: string): readonly LoggedEntry[] {
  using history = openHistory(data);
  return [...history.rooms()].flatMap(({ number: room }) =>
    [...history.entries(room)].map((entry) => ({ ...entry, room, torn: false }))
  );
}
