import fc from "fast-check";
import { Correspondent } from "../../lib/member/correspondent.ts";
import type { Link, Transport } from "../../lib/member/link.ts";
import type {
  ConversationEvent,
  Outgoing,
} from "../../lib/room/conversation.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { settle, VirtualClock } from "../support/virtual_clock.ts";
import { CrashingDevice } from "./crashing_device.ts";
import { CLOSED, ModelServer, ROOMS } from "./model_server.ts";
import { PlainSeals } from "./plain_seals.ts";
import { cut, SELF } from "./stage.ts";

/** What happens next to the member, the server or what is between them. */
type Step =
  | { readonly do: "say" | "hear"; readonly room: number }
  | { readonly do: "hold" | "ready"; readonly room: number }
  | { readonly do: "stop" | "go" | "regroup" }
  | { readonly do: "receive" | "deliver"; readonly count: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "cut" | "crash" | "limit" | "refuse" | "retry" }
  | { readonly do: "disturb"; readonly how: "lose" | "double" | "swap" }
  | { readonly do: "lie"; readonly how: "ahead" | "back" };

const room = fc.constantFrom(...ROOMS);
const count = fc.integer({ min: 1, max: 20 });
const lie = fc.record({
  do: fc.constant("lie"),
  how: fc.constantFrom("ahead", "back"),
}) as fc.Arbitrary<Step>;
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("say"), room }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("hear"), room }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("receive"), count }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("deliver"), count }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("hold", "ready"),
      room: fc.constantFrom(...CLOSED),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("stop", "go", "go", "regroup"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass"),
      ms: fc.constantFrom(10, 100, 1_000, 40_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("cut", "crash", "limit", "refuse", "retry"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("disturb"),
      how: fc.constantFrom("lose", "double", "swap"),
    }),
  },
) as fc.Arbitrary<Step>;
const length = { maxLength: 80, size: "max" } as const;
const steps = fc.array(step, length);
/** A server that lies, and a member that remembers what it was told. */
const liesAmongSteps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: step.filter((step) => step.do !== "crash") },
    { weight: 1, arbitrary: lie },
  ),
  length,
);

/** A member that may crash, its server, and what was seen of both. */
class World {
  readonly clock = new VirtualClock();
  readonly server = new ModelServer();
  device = new CrashingDevice();
  seals = new PlainSeals();
  member!: Correspondent;
  /** What was said, in order, and not refused for good. */
  readonly said: string[] = [];
  /** What `say` has reported as stored. */
  readonly acknowledged: string[] = [];
  /** Kept entries as they were shown, of each life. */
  readonly lives: Map<number, number[]>[] = [];
  /** What was told of logs that are not what they should be. */
  readonly changes: string[] = [];
  failure: unknown;
  #life = 0;
  #count = 0;
  #disturbed = false;

  constructor() {
    this.live();
  }

  /** Starts the program on this device. */
  live(): void {
    const life = ++this.#life;
    const transport: Transport = {
      open: (): Promise<Link> => {
        this.#disturbed = false;
        return life === this.#life ? this.server.open() : new Promise(() => {}); // of a process that is no more
      },
    };
    const member = new Correspondent({
      fingerprint: SELF,
      transport,
      clock: this.clock,
      random: () => 0.5,
      state: this.device,
      sealing: this.seals.make,
    });
    this.member = member;
    for (const message of member.outgoing) this.#forgetFailed(message);
    this.lives.push(new Map(ROOMS.map((room) => [room, []])));
    member.enter({ name: "alice" }).catch((error) => this.#fail(life, error));
    void this.#listen(member, life);
  }

  async take(step: Step): Promise<void> {
    const { server } = this;
    switch (step.do) {
      case "say":
        this.#say(step.room);
        break;
      case "hear":
        server.say(step.room, `theirs ${++this.#count}`);
        break;
      case "hold":
        this.seals.held.add(step.room);
        break;
      case "ready":
        this.#ready(step.room);
        break;
      case "regroup":
        server.regroup();
        break;
      case "stop":
        this.seals.stop();
        break;
      case "go":
        this.seals.go();
        break;
      case "receive":
        server.receive(step.count);
        break;
      case "deliver":
        server.deliver(step.count);
        break;
      case "pass":
        await this.clock.pass(this.#hasEntered ? step.ms : 1);
        break;
      case "cut":
        if (this.#hasEntered) server.cut(cut());
        break;
      case "crash":
        await this.crash();
        break;
      case "limit":
        server.refuseNext = "CHAT_RATE_LIMITED";
        break;
      case "refuse":
        server.refuseNext = "CHAT_STORE_FULL";
        break;
      case "retry":
        this.retryAll();
        break;
      case "disturb":
        // Twice without progress in between is what a broken server does.
        this.#disturbed ||= server.disturb(step.how);
        break;
      case "lie":
        server.lieNext = step.how;
        break;
    }
    await settle();
  }

  /** The process ends at once; it starts again with what is on its disk. */
  async crash(): Promise<void> {
    const before = this.member;
    this.device = this.device.crash();
    this.seals = this.seals.crash();
    this.#life += 1;
    this.server.cut(cut());
    void before.close();
    await settle();
    this.live();
    await settle();
  }

  retryAll(): void {
    for (const { number, state, text } of this.member.outgoing) {
      if (state !== "failed") continue;
      this.said.push(text); // it comes after what was said meanwhile
      this.member.retry(number);
    }
  }

  /** Lets everything come to rest. */
  async rest(): Promise<void> {
    this.server.refuseNext = undefined;
    this.server.lieNext = undefined;
    this.seals.go();
    for (const room of CLOSED) this.#ready(room);
    for (const room of ROOMS) this.server.say(room, "the last word");
    for (let rounds = 0; rounds < 200 && !this.isAtRest; rounds++) {
      this.server.receive(Infinity);
      this.server.deliver(Infinity);
      await settle();
      await this.clock.pass(this.#hasEntered ? 1_000 : 1);
    }
  }

  /** Before, a connection that is lost is not made again. */
  get #hasEntered(): boolean {
    return this.member.serverName !== "";
  }

  get isAtRest(): boolean {
    return this.member.outgoing.every(({ state }) => state === "failed") &&
      ROOMS.every((room) => (
        (this.lives.at(-1)?.get(room)?.at(-1) ?? this.#readTo(room)) ===
          this.server.logs.get(room)?.length
      ));
  }

  #readTo(room: number): number {
    return this.device.positions().find((each) => each.room === room)?.seq ?? 0;
  }

  #ready(room: number): void {
    this.seals.held.delete(room);
    this.seals.sealing.resume(room);
  }

  #say(room: number): void {
    if (room !== 0 && !this.member.rooms.has(room)) return; // it is refused
    const text = `mine ${++this.#count}`;
    this.said.push(text);
    this.member.say(text, room)
      .then(() => this.acknowledged.push(text), () => {});
  }

  async #listen(member: Correspondent, life: number): Promise<void> {
    try {
      for await (const event of member.events) {
        if (life === this.#life) this.#see(event);
      }
    } catch (error) {
      this.#fail(life, error);
    }
  }

  #see(event: ConversationEvent): void {
    if (event.kind === "said") {
      this.lives.at(-1)?.get(event.room)?.push(event.seq);
      const stored = this.server.logs.get(event.room)?.[event.seq - 1];
      assertEquals(event.text, stored?.text);
    }
    if (event.kind === "changed") this.changes.push(event.text);
    if (event.kind === "missed") this.failure ??= new Error("It misses some");
    if (event.kind === "outgoing") this.#forgetFailed(event.message);
  }

  #forgetFailed({ state, text }: Outgoing): void {
    const at = this.said.indexOf(text);
    if (state === "failed" && at >= 0) this.said.splice(at, 1);
  }

  #fail(life: number, error: unknown): void {
    if (life === this.#life) this.failure ??= error;
  }
}

/** What must hold when everything has come to rest. */
function check(world: World): void {
  if (world.failure !== undefined) throw world.failure;
  assertEquals(world.changes, []);
  assert(world.isAtRest, "It does not come to rest");
  const failed = world.member.outgoing.map(({ text }) => text);
  const numbered = [...world.server.numbers].sort(([a], [b]) => a - b);
  for (const room of ROOMS) {
    const log = world.server.logs.get(room) ?? [];
    const own = log.filter(({ own }) => own).map(({ text }) => text);
    assertEquals(new Set(own).size, own.length, "stored twice");
    assertEquals(own, world.said.filter((text) => own.includes(text)));
    for (const text of failed) assert(!own.includes(text));
    let readTo = 0;
    for (const life of world.lives) {
      const seqs = life.get(room) ?? [];
      const [first = readTo + 1] = seqs;
      assert(first <= readTo + 1, "an entry was never shown");
      assertEquals(seqs, seqs.map((_, index) => first + index));
      readTo = Math.max(readTo, seqs.at(-1) ?? 0);
    }
    assertEquals(readTo, log.length);
  }
  const all = ROOMS.flatMap((room) => world.server.logs.get(room) ?? []);
  const stored = new Set(all.map(({ text }) => text));
  for (const text of world.said) assert(stored.has(text), `"${text}" is lost`);
  for (const text of world.acknowledged) assert(stored.has(text));
  assertEquals(numbered.length, all.filter(({ own }) => own).length);
}

Deno.test("Correspondent stores all that is said once and in order, and shows all once and in order, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const world = new World();
      for (const step of steps) await world.take(step);
      await world.rest();
      try {
        check(world);
      } finally {
        await world.member.close();
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("Correspondent lets no message fail that nobody refuses for good", async () => {
  const calm = fc.array(step.filter((step) => step.do !== "refuse"), length);
  await fc.assert(
    fc.asyncProperty(calm, async (steps) => {
      const world = new World();
      for (const step of steps) await world.take(step);
      await world.rest();
      await world.member.close();
      assertEquals(world.member.outgoing, []);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("Correspondent tells of every message that is acknowledged and not there, and of no other", async () => {
  let lies = 0;
  await fc.assert(
    fc.asyncProperty(liesAmongSteps, async (steps) => {
      const world = new World();
      for (const step of steps) await world.take(step);
      await world.rest();
      await world.member.close();
      if (world.failure !== undefined) throw world.failure;
      const quotes = world.changes.map((text) => text.split('"')[1] ?? text);
      assertEquals(quotes.toSorted(), [...world.server.lies].toSorted());
      lies += world.server.lies.size;
    }),
    { numRuns: 1_000 },
  );
  assert(lies > 100, `there were only ${lies} lies`);
});
