import type { Bytes } from "../../bytes.ts";
import { fingerprintBytes } from "../../identity/fingerprint.ts";
import type { ClientMessage } from "../../protocol/messages.ts";
import type { Room } from "../../room/house.ts";
import { FakeLog } from "../fake_log.ts";
import type { Laboratory, Person } from "../laboratory.ts";
import { madeUpWord } from "../random.ts";
import { LyingServer } from "./lying_server.ts";
import { Talker } from "./talker.ts";

type Request<K extends ClientMessage["kind"]> = Extract<
  ClientMessage,
  { readonly kind: K }
>;

/** For tests, which break things. */
export interface StandOptions {
  /** A server that does nothing of what it is told to do. */
  readonly honest?: boolean;
  /** How long people wait for something to show, in milliseconds. */
  readonly soonMs?: number;
}

/** People in a sealed room whose server lies, and what it lies with. */
export class Stand {
  readonly server: LyingServer;
  readonly alice: Talker;
  readonly bob: Talker;
  readonly carol: Talker;
  readonly mallory: Person;
  /** The log of the room that Bob is shown from now on instead of the real one. */
  readonly log: FakeLog;
  /** What was said, and by whom, such as `"Alice: word"`. */
  readonly said: string[] = [];

  private constructor(
    server: LyingServer,
    people: {
      readonly alice: Talker;
      readonly bob: Talker;
      readonly carol: Talker;
    },
    mallory: Person,
  ) {
    this.server = server;
    this.alice = people.alice;
    this.bob = people.bob;
    this.carol = people.carol;
    this.mallory = mallory;
    this.log = this.#logFor(people.bob);
  }

  /** Founds a room with Alice, Bob and Carol in it, who have said something. */
  static async build(
    lab: Laboratory,
    { honest = false, soonMs }: StandOptions = {},
  ): Promise<Stand> {
    const [owner, mallory] = await Promise.all([
      lab.person("the server"),
      lab.person("Mallory"),
    ]);
    const server = lab.keep(new LyingServer(owner.identity, { honest }));
    const start = async (
      name: string,
      args: readonly string[],
    ): Promise<Talker> =>
      Talker.start(lab, await lab.person(name), args, soonMs);
    const alice = await start("Alice", [
      `--pin=${owner.identity.fingerprint}`,
      ...["--room=plans", "--sealed", `127.0.0.1:${server.port}`],
    ]);
    await alice.type("/invite");
    const link = await lab.file(
      "link_to_liar",
      await alice.shows(/^chat:.*#key=/),
    );
    const [bob, carol] = await Promise.all(
      ["Bob", "Carol"].map((name) => start(name, [`--link-file=${link}`])),
    ) as [Talker, Talker];
    for (const one of [bob, carol]) {
      await one.shows(/^\* You have the keys/);
      const { name } = one.person;
      await alice.shows(new RegExp(`^\\+ ${name}·.* joined`));
    }
    const stand = new Stand(server, { alice, bob, carol }, mallory);
    const first = await stand.say("alice");
    for (const one of [bob, carol]) await one.shows(new RegExp(`: ${first}$`));
    return stand;
  }

  /** The newest message that was sealed. */
  readonly body = (): Bytes => this.#newest("seal").body;

  /** The newest change of keys. */
  readonly commit = (): Bytes => this.#newest("propose").commit;

  /** The group of the room. */
  readonly group = (): Bytes => this.#newest("seal").group;

  /** How many changes of keys the server has ordered. */
  readonly turn = (): number => this.#room.group?.turn ?? 0;

  /** Fingerprint of somebody, 32 bytes. */
  readonly person = ({ person }: Talker): Bytes =>
    fingerprintBytes(person.identity.fingerprint);

  /** Has somebody say something, who sees it then; returns what. */
  readonly say = async (who: "alice" | "bob" | "carol"): Promise<string> => {
    const text = madeUpWord();
    this.said.push(`${this[who].person.name}: ${text}`);
    await this[who].type(text);
    await this[who].shows(new RegExp(`: ${text}$`));
    return text;
  };

  /**
   * Shows somebody a history of its own from now on: without the others' changes
   * of keys, and with its own in their place.
   */
  readonly forkFor = (talker: Talker): void => {
    const log = talker === this.bob ? this.log : this.#logFor(talker);
    const fingerprint = this.person(talker);
    log.change = (entry) => entry.kind === "committed" ? [] : [entry];
    this.server.meddle(fingerprint, {
      ask: (message, tell) => {
        if (message.kind !== "propose") return message;
        const { id, commit: body, turn } = message;
        log.put({ kind: "committed", fingerprint, body, turn: turn + 1 });
        tell({ kind: "ack", id, seq: log.newest, at: Date.now() });
        return null;
      },
    });
  };

  get #room(): Room {
    const room = [...this.server.house.rooms.values()]
      .find(({ type }) => type === "sealed");
    if (room === undefined) throw new Error("Cannot find the sealed room");
    return room;
  }

  #logFor(talker: Talker): FakeLog {
    const { number: room, seq: base } = this.#room;
    const victim = { fingerprint: this.person(talker) };
    return new FakeLog(this.server, victim, { room, base });
  }

  #newest<K extends "seal" | "propose">(kind: K): Request<K> {
    const found = this.server.heard.findLast(({ message }) =>
      message.kind === kind
    );
    if (found === undefined) throw new Error(`Cannot find a ${kind} request`);
    return found.message as Request<K>;
  }
}
