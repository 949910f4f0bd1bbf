/**
 * Very many identities redeem one invitation at a time, of a server that is killed
 * meanwhile: exactly one of them is admitted, and it is told so.
 */
import { connect } from "../client.ts";
import { ChatError, type ErrorCode } from "../lib/errors.ts";
import { generateIdentity, type Identity } from "../lib/identity/identity.ts";
import { parseTarget, type Target } from "../lib/identity/target.ts";
import { fingerprintText } from "../lib/room/subject.ts";
import { openHistory } from "../lib/store/open_history.ts";
import { ClosedServer } from "./redemption_server.ts";
import { Random } from "./simulation/random.ts";

/** How many compete, and how often the server is killed. */
export interface RedemptionOptions {
  /** Identities that redeem one invitation. */
  readonly redeemers: number;
  /** Of them, how many at a time. */
  readonly parallel: number;
  /** Times that the server is killed and started again. */
  readonly crashes: number;
}

/** One long round, then short ones in which the server dies as somebody wins. */
const ROUNDS: readonly RedemptionOptions[] = [
  { redeemers: 10_000, parallel: 64, crashes: 5 },
  ...Array<RedemptionOptions>(20).fill(
    { redeemers: 64, parallel: 64, crashes: 2 },
  ),
];

/** The first crash comes so soon at most, while somebody wins, in milliseconds. */
const FIRST_LIFE_MS = 80;
/** Each further one comes so long after the start at most, in milliseconds. */
const MAX_LIFE_MS = 400;
/** Pause before a redeemer tries again that found no server, in milliseconds. */
const RETRY_MS = 20;

/** What a redeemer is told that may not come in. */
const REFUSED: readonly ErrorCode[] = [
  "CHAT_INVITATION_INVALID",
  "CHAT_NOT_AUTHORIZED",
];
/** What it meets while the server is killed. */
const CRASHED: readonly ErrorCode[] = [
  "CHAT_CONNECTION_CUT",
  "CHAT_UNREACHABLE",
  "CHAT_TIMEOUT",
];

/**
 * Runs all rounds.
 *
 * @param seed Decides when the server dies.
 * @throws {Error} when there is not exactly one winner, naming seed and round.
 */
export async function redemptionFaults(
  seed: number,
  rounds: readonly RedemptionOptions[] = ROUNDS,
): Promise<void> {
  const random = new Random(seed);
  for (const [round, options] of rounds.entries()) {
    try {
      await redeemOnce(options, random);
    } catch (error) {
      throw new Error(`seed ${seed}, round ${round}`, { cause: error });
    }
  }
}

async function redeemOnce(
  { redeemers, parallel, crashes }: RedemptionOptions,
  random: Random,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const home = await Deno.makeTempDir({ prefix: "chat-faults-" });
  cleanup.defer(() => Deno.remove(home, { recursive: true }));
  const server = cleanup.use(new ClosedServer(home));
  await server.start();
  const target = parseTarget(await server.invite());
  const winners: string[] = [];
  let next = 0;
  const redeem = async (): Promise<void> => {
    while (next < redeemers) {
      const number = next++;
      const identity = await generateIdentity();
      const place = { ...target, name: `redeemer${number}` };
      while (true) {
        const told = await tryOnce(identity, { ...place, port: server.port });
        if (told === "admitted") winners.push(identity.fingerprint);
        if (told !== "crashed") break;
        await pause(RETRY_MS);
      }
    }
  };
  const crash = async (): Promise<void> => {
    for (let i = 0; i < crashes; i++) {
      await pause(random.below(i === 0 ? FIRST_LIFE_MS : MAX_LIFE_MS));
      await server.kill();
      await server.start();
    }
  };
  await Promise.all([crash(), ...Array.from({ length: parallel }, redeem)]);
  await server.kill();
  const admitted = admissions(server.data);
  if (winners.length === 1 && admitted.join() === winners.join()) return;
  throw new Error(
    `${winners.length} were told of success, ${admitted.length} are admitted`,
  );
}

/** Comes with the invitation once. */
async function tryOnce(
  identity: Identity,
  target: Target & { readonly name: string },
): Promise<"admitted" | "refused" | "crashed"> {
  try {
    const client = await connect({ ...target, identity, reconnect: false });
    await client.close();
    return "admitted";
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    if (REFUSED.includes(error.code)) return "refused";
    if (CRASHED.includes(error.code)) return "crashed";
    throw error;
  }
}

function admissions(data: string): readonly string[] {
  using history = openHistory(data);
  return [...history.admissions()]
    .map(({ owner }) => fingerprintText(owner));
}

async function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  await promise;
}
