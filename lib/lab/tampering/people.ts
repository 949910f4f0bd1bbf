import {
  type ActiveRelay,
  type Meddle,
  type Passing,
  passOn,
  startActiveRelay,
} from "../active_relay.ts";
import { enters, sees } from "../events.ts";
import type { Step } from "../experiment.ts";
import type { Laboratory } from "../laboratory.ts";
import type { Child } from "../child.ts";
import type { Direction } from "../recording.ts";
import type { Verdict } from "../verdict.ts";
import { type Change, CHANGES } from "./changes.ts";

/** What came of attacks on people who go on talking. */
export interface PeopleFinding {
  readonly steps: readonly Step[];
  readonly verdict: Verdict;
}

/** What is done to the records of one person, one after the other. */
type Trick = readonly [Direction, string];

/** More of them in a row, and a client waits for longer each time. */
const TRICKS: Readonly<Record<string, readonly Trick[]>> = {
  Anna: [["up", "middle"], ["down", "replayed"]],
  Carl: [["down", "dropped"], ["up", "cut"], ["down", "last byte"]],
  Dora: [["up", "reordered"], ["down", "longer"], ["up", "replayed"]],
  Emil: [["down", "middle"], ["up", "dropped"], ["down", "cut"]],
};

/** Time after which the attacker hangs up, in milliseconds. */
const PATIENCE_MS = 100;

/** The handshake is left alone. */
const FIRST_RECORD = { up: 2, down: 3 } as const;

/**
 * Attacks `chat connect` while its user goes on talking: every line comes once
 * and in order all the same, as the client connects anew and sends again.
 */
export async function attackPeople(lab: Laboratory): Promise<PeopleFinding> {
  const server = await lab.serve(["--rate=100"]);
  const pin = server.owner.identity.fingerprint;
  const bert = await lab.person("Bert");
  const friend = lab.connect({ person: bert, port: server.port, pin });
  const names = Object.keys(TRICKS).slice(0, lab.short ? 1 : undefined);
  const victims = await Promise.all(names.map(async (name) => {
    const attacker = new Attacker(server.port);
    lab.keep(attacker);
    const person = await lab.person(name);
    const process = lab.connect({ person, port: attacker.port, pin });
    await enters(process, lab.signal);
    return { name, process, attacker };
  }));
  await enters(friend, lab.signal);
  const said = await Promise.all(victims.map(async (victim) => {
    const texts: string[] = [];
    for (const [direction, name] of TRICKS[victim.name] ?? []) {
      const text = `line ${texts.length + 1} for ${victim.name}`;
      texts.push(text);
      victim.attacker.aim(direction, name);
      await (direction === "up" ? victim.process : friend).type(text);
      for (const each of [victim.process, friend]) {
        await sees(each, { event: "said", text }, lab.signal);
      }
    }
    const last = `goodbye, ${victim.name}`; // behind what may still be missing
    await friend.type(last);
    return [...texts, last];
  }));
  const everybody = [friend, ...victims.map(({ process }) => process)];
  for (const text of said.flat()) {
    for (const each of everybody) {
      await sees(each, { event: "said", text }, lab.signal);
    }
  }
  return judge(said.flat(), {
    order: linesOf(friend),
    heard: new Map(
      victims.map(({ name, process }) => [name, linesOf(process)]),
    ),
    attacks: victims.map(({ attacker }) => attacker),
    planned: said.flat().length - victims.length,
  });
}

/** What people saw of what was said, and how often it was disturbed. */
export interface Disturbed {
  /** What somebody saw whom nobody attacked. */
  readonly order: readonly string[];
  /** What those saw who were attacked, by who it was. */
  readonly heard: ReadonlyMap<string, readonly string[]>;
  readonly attacks: readonly {
    /** Records that were changed. */
    readonly hits: number;
    readonly connections: number;
  }[];
  /** Records that were to be changed. */
  readonly planned: number;
}

/** Whether everybody saw every line once and in order, though it was attacked. */
export function judge(
  said: readonly string[],
  { order, heard, attacks, planned }: Disturbed,
): PeopleFinding {
  const complete = order.length === said.length &&
    said.every((text) => order.includes(text));
  const wrong = [...heard].find(([, lines]) =>
    lines.length !== order.length ||
    lines.some((line, at) => line !== order[at])
  );
  const hits = sum(attacks.map((each) => each.hits));
  const connections = sum(attacks.map((each) => each.connections));
  const names = [...heard.keys()].join(", ");
  const held = complete && wrong === undefined && planned > 0 &&
    hits === planned && connections > attacks.length;
  return {
    steps: [{
      who: "people",
      did:
        `${names} and Bert talk, all but Bert through the attacker, who changes a record whenever somebody says something.`,
      saw: `${hits} records were changed; the programs connected anew ${
        connections - attacks.length
      } times by themselves`,
    }],
    verdict: {
      claim: "People who are attacked lose nothing and get nothing twice",
      held,
      evidence: wrong !== undefined
        ? `${wrong[0]} saw ${JSON.stringify(wrong[1])}, Bert ${
          JSON.stringify(order)
        }`
        : `${names} and Bert saw ${order.length} of ${said.length} lines, each once and in one order, with ${hits} of ${planned} records changed on the way`,
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function linesOf({ stdout }: Child): string[] {
  return stdout.lines.flatMap((line) => {
    const { event, text } = JSON.parse(line);
    return event === "said" ? [String(text)] : [];
  });
}

/** Does nothing until told what to do to the next record in one direction. */
class Attacker implements AsyncDisposable {
  hits = 0;
  readonly #relay: ActiveRelay;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  #aim: { readonly direction: Direction; readonly change: Change } | undefined;

  constructor(port: number) {
    const target = { host: "127.0.0.1", port };
    this.#relay = startActiveRelay(
      target,
      (connection) =>
        this.#meddle(() => this.#relay.connections[connection]?.drop()),
    );
  }

  get port(): number {
    return this.#relay.port;
  }

  get connections(): number {
    return this.#relay.connections.length;
  }

  aim(direction: Direction, name: string): void {
    const change = CHANGES.find((each) => each.name === name);
    if (change === undefined) throw new Error(`Cannot do "${name}"`);
    this.#aim = { direction, change };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers.forEach((timer) => clearTimeout(timer));
    await this.#relay[Symbol.asyncDispose]();
  }

  #meddle(hangUp: () => void): Meddle {
    let held: { readonly frame: Passing; readonly change: Change } | undefined;
    const giveUp = (): void => {
      this.#timers.push(setTimeout(hangUp, PATIENCE_MS));
    };
    return (frame) => {
      const aim = this.#aim;
      const other = frame.bytes.toReversed();
      if (held !== undefined && frame.direction === held.frame.direction) {
        held.change.apply(held.frame, { other, giveUp }, frame);
        held = undefined;
      } else if (
        aim?.direction !== frame.direction ||
        frame.index < FIRST_RECORD[aim.direction]
      ) {
        passOn(frame);
      } else {
        this.#aim = undefined;
        this.hits += 1;
        if (aim.change.swaps) {
          held = { frame, change: aim.change };
          giveUp(); // should nothing follow
        } else aim.change.apply(frame, { other, giveUp });
      }
    };
  }
}
