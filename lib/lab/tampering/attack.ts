import type { Bytes } from "../../bytes.ts";
import {
  type ActiveRelay,
  type Meddle,
  type Passing,
  passOn,
  startActiveRelay,
} from "../active_relay.ts";
import type { Direction } from "../recording.ts";
import type { Reason, WatchedServer } from "../watched_server.ts";
import type { Change } from "./changes.ts";
import { type Account, type Breach, breaches } from "./laws.ts";
import type { Plan } from "./session.ts";
import type { Witness } from "./witness.ts";

/** Frames of the handshake that each side sends. */
export const HANDSHAKE_FRAMES = { up: 2, down: 3 } as const;

/** Time after which the attacker hangs up on victims that only wait, in ms. */
const PATIENCE_MS = 150;

/** One change to one frame of one session. */
export interface Attack {
  readonly direction: Direction;
  /** Number of the frame in its direction, from 0. */
  readonly index: number;
  readonly change: Change;
}

/** What came of an attack. */
export interface Finding {
  readonly attack: Attack;
  /** The frame as it was sent. */
  readonly frame: Bytes;
  /** The code the client ended with; none after a goodbye. */
  readonly client: string | undefined;
  /** Why the server ended it, as far as it tells its operator. */
  readonly server: Reason;
  readonly breaches: readonly Breach[];
}

/** Where attacks are made: a server, and somebody in its room. */
export interface Scene {
  readonly server: WatchedServer;
  readonly witness: Witness;
  /** Has a session, as `session` does. */
  readonly session: (plan: Plan) => Promise<Account>;
}

/** The texts that each victim says. */
const TEXTS = ["the first line", "the second line", "the third line"];

/** Has a session in which nothing is changed, and tells its frames. */
export async function recordSession(
  scene: Scene,
  name: string,
): Promise<Readonly<Record<Direction, readonly Bytes[]>>> {
  await using relay = relayTo(scene, () => passOn);
  const account = await victim(scene, relay, name);
  const [connection] = relay.connections;
  if (account.error !== undefined || connection === undefined) {
    throw new Error(`Cannot record a session: ${account.error}`);
  }
  await connection.ended;
  await scene.witness.room();
  return connection.sent;
}

/**
 * Makes one attack on a fresh session.
 *
 * @param other The frames of another session.
 * @returns `undefined` when the frame, or the one that must follow, never came.
 */
export async function makeAttack(
  scene: Scene,
  attack: Attack,
  { name, other }: { readonly name: string; readonly other: Bytes },
): Promise<Finding | undefined> {
  const { direction, index, change } = attack;
  let held: Passing | undefined;
  let frame: Bytes | undefined;
  const timers: ReturnType<typeof setTimeout>[] = [];
  await using relay = relayTo(scene, (): Meddle => (passing) => {
    const isHit = passing.direction === direction && passing.index === index;
    const giveUp = (): void => {
      timers.push(setTimeout(() => relay.connections[0]?.drop(), PATIENCE_MS));
    };
    if (held !== undefined && passing.direction === direction) {
      frame = held.bytes;
      change.apply(held, { other, giveUp }, passing);
      held = undefined;
    } else if (!isHit) passOn(passing);
    else if (change.swaps) {
      held = passing;
      giveUp();
    } else {
      frame = passing.bytes;
      change.apply(passing, { other, giveUp });
    }
  });
  let account: Account | undefined;
  const run = async (): Promise<void> => {
    account = await victim(scene, relay, name);
    await relay.connections[0]?.ended;
  };
  const reason = await reasonDuring(run, scene.server, attack);
  timers.forEach((timer) => clearTimeout(timer));
  const room = await scene.witness.room();
  if (frame === undefined || account === undefined) return undefined;
  return {
    attack,
    frame,
    client: account.error,
    server: reason === "ok" ? undefined : reason,
    breaches: breaches(account, room),
  };
}

/** What the server tells its operator about an attack, where it tells. */
async function reasonDuring(
  run: () => Promise<void>,
  server: WatchedServer,
  { direction, index }: Attack,
): Promise<Reason> {
  if (index < HANDSHAKE_FRAMES[direction]) {
    return await server.handshakeDuring(run);
  }
  if (direction === "up") return await server.refusalDuring(run);
  await run(); // it only sees the client hang up
  return undefined;
}

function victim(
  { server, session }: Scene,
  { port }: ActiveRelay,
  name: string,
): Promise<Account> {
  const texts = TEXTS.map((text) => `${text} of ${name}`);
  return session({ port, pin: server.fingerprint, name, texts });
}

function relayTo(
  { server: { port } }: Scene,
  meddle: (connection: number) => Meddle,
): ActiveRelay {
  return startActiveRelay({ host: "127.0.0.1", port }, meddle);
}
