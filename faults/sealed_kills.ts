import { type Client, connect } from "../client.ts";
import { parseFingerprint } from "../lib/identity/fingerprint.ts";
import { generateIdentity } from "../lib/identity/identity.ts";
import { makeLink } from "../lib/identity/target.ts";
import { decodeStoredEntry } from "../lib/protocol/stored_entry.ts";
import { openHistory } from "../lib/store/open_history.ts";
import { ServerProcess } from "./kills/chat_process.ts";
import { pause } from "./kills/living.ts";
import { type Line, SealedClient } from "./kills/sealed_client.ts";
import type { KillsOptions, KillsResult } from "./kills.ts";
import { Random } from "./simulation/random.ts";

/** Rates would make the kills wait. */
const SERVE = ["--rate=1000"];

/**
 * Kills real clients of a sealed room at any moment, and now and then its server,
 * while the room gets fresh keys; then looks at what everybody has read.
 */
export async function runSealedKills(
  { rounds, seed, onRound = (): void => {} }: KillsOptions,
): Promise<KillsResult> {
  await using cleanup = new AsyncDisposableStack();
  const home = await Deno.makeTempDir({ prefix: "chat-faults-" });
  cleanup.defer(() => Deno.remove(home, { recursive: true }));
  const server = cleanup.use(new ServerProcess(home));
  await server.start(SERVE);
  const random = new Random(seed);
  const witness = cleanup.use(await Witness.enter(server));
  await Deno.writeTextFile(`${home}/link`, witness.link, { mode: 0o600 });
  const clients: SealedClient[] = [];
  for (const name of ["Bob", "Carol"]) {
    const args = [
      ...[`--link-file=${home}/link`, `--sealed-name=${name}`],
      `--name=${name.toLowerCase()}-there`,
    ];
    const own = `${home}/${name}`;
    const client = cleanup.use(new SealedClient(name, { home: own, args }));
    await client.finish(`${name} begins`); // before others say what it cannot read
    clients.push(client);
  }
  for (let round = 1; round <= rounds; round++) {
    const client = random.pick(clients);
    const count = random.between(1, 5);
    for (const one of clients) await one.say(count);
    if (random.chance(0.3)) witness.rekey();
    if (random.chance(0.7)) await client.sends(random.between(1, count));
    else await pause(random.below(300));
    await pause(random.below(12));
    if (random.chance(0.15)) { // who is not in yet would give up
      for (const one of clients) await one.enters();
      await server.kill();
      await server.start(SERVE);
    }
    await client.restart();
    onRound(round);
  }
  for (const client of clients) {
    const last = `${client.name} ends`;
    await client.finish(last);
    await witness.reads(last);
    for (const other of clients) await other.shows(last);
  }
  for (const client of clients) await client.stop();
  await witness[Symbol.asyncDispose]();
  await server.kill();
  return {
    broken: [
      ...witness.complaints,
      ...clients.flatMap((client) => wrongOf(client, witness.lines)),
      ...sealedTwice(server.data),
    ],
    acknowledged: witness.lines.length,
  };
}

/** Somebody who is never killed, and reads everything. */
class Witness implements AsyncDisposable {
  readonly link: string;
  readonly lines: Line[] = [];
  readonly complaints: string[] = [];
  readonly #client: Client;
  readonly #room: number;
  readonly #reading: Promise<void>;
  readonly #waiting = new Map<string, () => void>();

  private constructor(client: Client, room: number, link: string) {
    this.#client = client;
    this.#room = room;
    this.link = link;
    this.#reading = this.#read();
  }

  static async enter(
    { port, fingerprint }: ServerProcess,
  ): Promise<Witness> {
    const pins = [parseFingerprint(fingerprint)];
    const at = { host: "127.0.0.1", port, pins };
    const identity = await generateIdentity();
    const client = await connect({ ...at, identity, name: "witness" });
    const { room } = await client.sealed.create("plans");
    const key = client.sealed.secret(room);
    if (key === undefined) throw new Error("it has no secret");
    return new Witness(client, room, makeLink({ ...at, room: "plans", key }));
  }

  /** Gives the room fresh keys, unless the server is away. */
  rekey(): void {
    this.#client.sealed.rekey(this.#room).catch(() => {});
  }

  /** Waits until it has read a text. */
  async reads(text: string): Promise<void> {
    if (this.lines.some((line) => line.text === text)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(text, resolve);
    await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    for await (const event of this.#client.events) {
      if (event.kind === "said" && event.room === this.#room) {
        const { seq, name, text } = event;
        this.lines.push({ seq, name, text });
        this.#waiting.get(text)?.();
      }
      if (event.kind === "missed" || event.kind === "changed") {
        this.complaints.push(`the witness: ${JSON.stringify(event)}`);
      }
      if (!("change" in event)) continue;
      const { kind } = event.change;
      if (kind === "joined" || kind === "rekeyed" || kind === "entered") {
        continue;
      }
      const what = "reason" in event.change ? event.change.reason : kind;
      this.complaints.push(`the witness is told ${what} at ${event.entry}`);
    }
  }
}

/** What does not hold of one client. */
function wrongOf(
  client: SealedClient,
  all: readonly Line[],
): readonly string[] {
  const { name } = client;
  const wrong = [...client.complaints];
  const said = all.filter((line) => line.name === name);
  const texts = new Set(said.map(({ text }) => text));
  if (texts.size < said.length) wrong.push(`${name}: something is said twice`);
  for (const text of client.kept) {
    if (!texts.has(text)) wrong.push(`${name}: "${text}" was kept, not said`);
  }
  const numbers = said.map(({ text }) => Number(text.split(" ")[1]))
    .filter((number) => !Number.isNaN(number));
  numbers.forEach((number, index) => {
    const before = numbers[index - 1] ?? 0;
    if (number <= before) wrong.push(`${name}: ${number} after ${before}`);
  });
  const bySeq = new Map(all.map((line) => [line.seq, line]));
  const seen = new Set<number>();
  for (const [life, lines] of client.shown.entries()) {
    let before = 0;
    for (const line of lines) {
      const { seq, text } = line;
      const where = `${name}, life ${life + 1}`;
      if (seq <= before) {
        wrong.push(`${where}: ${seq} is shown after ${before}`);
      }
      const meant = bySeq.get(seq);
      if (meant?.text !== text || meant.name !== line.name) {
        wrong.push(`${where}: ${seq} is shown as "${text}"`);
      }
      seen.add(before = seq);
    }
  }
  const first = Math.min(...seen);
  for (const { seq, text } of all) {
    if (seq > first && !seen.has(seq)) {
      wrong.push(`${name} never saw "${text}"`);
    }
  }
  return wrong;
}

/** No envelope may be stored twice. */
function sealedTwice(data: string): readonly string[] {
  using history = openHistory(data);
  const bodies = [...history.rooms()].flatMap(({ number }) =>
    [...history.entries(number)].flatMap(({ payload }) => {
      const entry = decodeStoredEntry(payload);
      return entry.kind === "sealed" ? [entry.body.toHex()] : [];
    })
  );
  const twice = bodies.length - new Set(bodies).size;
  return twice === 0 ? [] : [`${twice} envelopes are stored twice`];
}
