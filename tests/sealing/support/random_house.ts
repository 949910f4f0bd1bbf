import { assert, assertEquals } from "../../support/assert.ts";
import { FailingDatabase } from "./failing_database.ts";
import { type Person, World } from "./world.ts";

/**
 * What may be told where the server is honest. What was sealed before somebody took
 * its keys, and ordered after, cannot be read.
 */
const TOLD = new Set([
  ...["joined", "rejoined", "left", "removed", "rekeyed"],
  ...["excluded", "entered", "restarted", "shared", "missing"],
  ...["too_old", "before_us", "earlier"],
]);

/** How often what is done, of a hundred. */
const WEIGHTS = {
  say: 62,
  join: 7,
  rekey: 3,
  remove: 2,
  leave: 2,
  comeBack: 4,
  cut: 5,
  offline: 4,
  online: 5,
  crash: 6,
} as const;

type Operation = keyof typeof WEIGHTS;

/** People who do things at random in one sealed room, over an honest server. */
export class RandomHouse implements AsyncDisposable {
  readonly world = new World();
  readonly operations: Partial<Record<Operation, number>> = {};
  readonly #people = new Map<Person, FailingDatabase>();
  readonly #max: number;
  readonly #said = new Set<string>();
  #random: number;
  #room = 0;
  #secret: Uint8Array<ArrayBuffer> = new Uint8Array(32);

  private constructor(seed: number, max: number) {
    this.#random = seed;
    this.#max = max;
  }

  /** A room of one. */
  static async start(seed: number, max: number): Promise<RandomHouse> {
    const house = new RandomHouse(seed, max);
    const founder = await house.#newcomer();
    const { world } = house;
    const { room } = await world.done(founder.sealed.create("plans"));
    house.#room = room;
    house.#secret = founder.sealed.secret(room) as Uint8Array<ArrayBuffer>;
    return house;
  }

  /** How many have taken part. */
  get size(): number {
    return this.#people.size;
  }

  /** Does something. */
  async step(): Promise<void> {
    let at = this.#below(100);
    const found = Object.entries(WEIGHTS).find(([, weight]) =>
      (at -= weight) < 0
    );
    const operation = (found?.[0] ?? "say") as Operation;
    this.operations[operation] = (this.operations[operation] ?? 0) + 1;
    await this.#carryOut(operation);
    await this.world.pass(20 * this.#below(4));
    await this.#restartCrashed();
  }

  /** Waits until all is quiet, and checks that all agree. */
  async check(): Promise<void> {
    const { world } = this;
    for (const [person, database] of this.#people) {
      database.last = Infinity;
      person.isOnline = true;
    }
    await this.#restartCrashed();
    const members = (): readonly Person[] =>
      [...this.#people.keys()].filter((one) => this.#phase(one) === "member");
    const isQuiet = (): boolean => {
      const rest = [...this.#people.keys()].map((one) => this.#phase(one));
      const isDone = rest.every((phase) =>
        ["member", "excluded", "none"].includes(phase)
      );
      const digits = members().map((one) =>
        one.sealed.status(this.#room)?.digits
      );
      return isDone && new Set(digits).size <= 1 &&
        members().every((one) =>
          one.conversation.outgoing.every(({ state }) => state === "failed")
        );
    };
    await world.until(isQuiet, () => this.#told());
    await world.pass(4_000); // who goes is taken out by then
    await world.until(isQuiet, () => this.#told());
    this.#compare();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const database of this.#people.values()) database.last = Infinity;
    await this.world[Symbol.asyncDispose]();
  }

  /** Nothing is shown twice, or otherwise to somebody else, or was not said. */
  #compare(): void {
    const texts = new Map<number, string>();
    for (const person of this.#people.keys()) {
      const shown = new Map<number, string>();
      for (const event of person.events) {
        if ("change" in event && event.room === this.#room) {
          const { change } = event;
          const what = change.kind === "unreadable"
            ? change.reason
            : change.kind;
          assert(TOLD.has(what), `${person.name} was told: ${what}`);
        }
        if (event.kind !== "said" || event.room !== this.#room) continue;
        const line = `${event.name}: ${event.text}`;
        assert(this.#said.has(line), `nobody said "${line}"`);
        // After a crash, what was shown and not noted as read comes again.
        assertEquals(shown.get(event.seq) ?? line, line);
        shown.set(event.seq, line);
        assertEquals(texts.get(event.seq) ?? line, line);
        texts.set(event.seq, line);
      }
      assertEquals(new Set(shown.values()).size, shown.size, "shown twice");
    }
    assertEquals(new Set(texts.values()).size, texts.size, "stored twice");
  }

  async #carryOut(operation: Operation): Promise<void> {
    const person = this.#anybody();
    const room = this.#room;
    switch (operation) {
      case "say": {
        const text = `${this.#said.size}`;
        this.#said.add(`${person.name}: ${text}`);
        if (person.conversation.rooms.has(room)) {
          void person.conversation.say(text, room).catch(() => {});
        }
        return;
      }
      case "join":
        if (this.size < this.#max) this.#goIn(await this.#newcomer());
        return;
      case "comeBack":
        if (!person.conversation.rooms.has(room)) this.#goIn(person);
        else if (this.#phase(person) === "excluded") {
          void person.sealed.resync(room).catch(() => {});
        }
        return;
      case "rekey":
        void person.sealed.rekey(room).catch(() => {});
        return;
      case "remove":
        void person.sealed.remove(room, this.#anybody().name).catch(() => {});
        return;
      case "leave":
        if (this.#phase(person) !== "member") return;
        void person.conversation.leave(room).catch(() => {});
        return;
      case "cut":
        return person.cut();
      case "offline":
        person.isOnline = false;
        return person.cut();
      case "online":
        person.isOnline = true;
        return;
      case "crash": {
        const database = this.#people.get(person);
        if (database !== undefined) {
          database.last = database.writes + this.#below(6);
        }
      }
    }
  }

  /** Whose disk took no more is begun again, with what it has taken. */
  async #restartCrashed(): Promise<void> {
    for (const [person, database] of this.#people) {
      if (!database.hasFailed) continue;
      await person.stop();
      database.last = Infinity;
      database.hasFailed = false;
      person.isOnline = true;
      await person.start();
    }
  }

  #goIn(person: Person): void {
    void person.sealed.join("?", this.#secret).catch(() => {});
  }

  async #newcomer(): Promise<Person> {
    const database = new FailingDatabase();
    const name = `p${this.size}`;
    const person = await this.world.person(name, { database });
    this.#people.set(person, database);
    return person;
  }

  #anybody(): Person {
    return [...this.#people.keys()][this.#below(this.size)] as Person;
  }

  #phase(person: Person): string {
    return person.phase(this.#room);
  }

  /** From 0 to below `bound`, the same for each seed. */
  #below(bound: number): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random % bound;
  }

  #told(): unknown {
    return [...this.#people.keys()].map((one) => [
      one.name,
      one.sealed.status(this.#room),
      one.conversation.outgoing.length,
      one.isOnline,
      one.kinds(this.#room).slice(-4),
    ]);
  }
}
