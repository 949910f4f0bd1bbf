import { type Verb, VERBS } from "../../lib/protocol/entry.ts";
import type { History } from "../../lib/room/history.ts";
import type { Change } from "../../lib/room/registry.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { testHistories } from "../store/support/histories.ts";
import { remembered } from "../store/support/registries.ts";
import {
  type Asked,
  Household,
  mark,
  type Visitor,
  visitor,
} from "./household.ts";
import {
  type Actor,
  ACTORS,
  afterwards,
  type Column,
  COLUMNS,
  expected,
  type RoleName,
  ROLES,
} from "./moderation_table.ts";

const ADDRESS = "203.0.113.9";
const BANNED_ADDRESS = "203.0.113.66";
const OWN_ADDRESS = "192.0.2.1";

const NAMES = [
  ...["Anna", "Boris", "Clara", "Dmitri", "Elena", "Frank", "Greta", "Hugo"],
  ...["Ivana", "Jakub", "Karin", "Ludwig", "Marta", "Nestor", "Olga", "Petra"],
  ...["Quentin", "Rosa", "Stefan", "Tanja", "Ursula", "Viktor", "Wanda"],
];

/** Everybody, by what they are and where: `member present`. */
const PEOPLE = new Map<Column, Visitor>(
  COLUMNS.filter((column) => roleIn(column) !== undefined)
    .map((column, i) => [column, visitor(i + 1, NAMES[i] ?? "")]),
);
/** Who asks. */
const ASKERS = new Map<Actor, Visitor>(
  ACTORS.map((actor, i) => [
    actor,
    visitor(100 + i, NAMES[PEOPLE.size + i] ?? "", OWN_ADDRESS),
  ]),
);
/** Comes from an address that is about to be banned. */
const NEIGHBOUR = visitor(200, "Xaver", ADDRESS);
/** Comes from there too, and is an operator. */
const WARDEN = visitor(201, "Yvonne", ADDRESS);

function roleIn(column: Column): RoleName | undefined {
  if (column.endsWith("address")) return undefined;
  return ROLES.find((role) => column.startsWith(`${role} `));
}

function get<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`There is no ${key}`);
  return value;
}

/** What makes somebody what it is, as a store has it. */
function making(role: RoleName, who: Visitor): Change[] {
  const sanction = { name: who.name, by: "Zeno", at: 1, until: null };
  switch (role) {
    case "operator":
      return [{ kind: "role", owner: who.fingerprint, role: "operator" }];
    case "muted":
      return [{
        kind: "sanction",
        sanction: { ...sanction, kind: "mute", subject: mark(who) },
      }];
    case "banned":
      return [{
        kind: "sanction",
        sanction: { ...sanction, kind: "ban", subject: mark(who) },
      }];
    case "owner":
    case "member":
      return [];
  }
}

const BASELINE: readonly Change[] = [
  ...[...PEOPLE].flatMap(([column, who]) =>
    making(roleIn(column) ?? "member", who)
  ),
  ...making("operator", get(ASKERS, "operator")),
  ...making("muted", get(ASKERS, "muted")),
  ...making("operator", WARDEN),
  {
    kind: "sanction",
    sanction: {
      ...{ kind: "ban", subject: BANNED_ADDRESS, name: "", by: "Zeno" },
      ...{ at: 1, until: null },
    },
  },
];

const OWNERS = [
  get(ASKERS, "owner"),
  get(PEOPLE, "owner present"),
  get(PEOPLE, "owner absent"),
  get(PEOPLE, "owner unknown"),
].map(({ fingerprint }) => fingerprint.toHex());

/** A house in which everybody is what and where they should be. */
class Scene {
  readonly household: Household;
  /** The session of who asks. */
  asker = 0;
  /** Sessions of those present. */
  readonly sessions = new Map<Visitor, number>();
  readonly #history: History;
  readonly #actor: Actor;

  constructor(history: History, actor: Actor) {
    this.#history = history;
    this.#actor = actor;
    this.household = new Household(history, {
      owners: OWNERS,
      limits: { messageBurst: 1_000_000, refusals: 1_000_000 },
    });
    for (const [column, who] of PEOPLE) { // so that they are known by name
      if (column.endsWith("unknown")) continue;
      this.household.close(this.household.enter(who));
    }
    this.reset();
  }

  /** Makes everything as it was at first. */
  reset(): void {
    this.household.restart();
    const undo: Change[] = [
      ...[...PEOPLE].filter(([column]) => column.endsWith("unknown"))
        .map(([, { fingerprint }]): Change => (
          { kind: "forget name", owner: fingerprint }
        )),
      ...[...this.#history.roles()].map(({ owner }): Change => (
        { kind: "role", owner, role: null }
      )),
      ...[...this.#history.sanctions()].map(({ kind, subject }): Change => (
        { kind: "lift", of: kind, subject }
      )),
    ];
    this.#history.append([], [...undo, ...BASELINE]);
    this.household.restart();
    this.#fill();
  }

  /** Lets everybody in who should be. */
  #fill(): void {
    const { household } = this;
    this.sessions.clear();
    const present = [...PEOPLE]
      .filter(([column]) => column.endsWith("present"))
      .map(([, who]) => who);
    for (const who of [...present, NEIGHBOUR, WARDEN]) {
      this.sessions.set(who, household.enter(who));
    }
    if (this.#actor === "stranger") return this.comeAgain();
    const who = get(ASKERS, this.#actor);
    this.asker = household.enter(who, { console: this.#actor === "console" });
    if (this.#actor !== "banned") return;
    const console = household.enter(get(ASKERS, "console"), { console: true });
    household.request(console, moderating("ban", mark(who)));
    household.close(console);
  }

  /** A stranger whose session was ended connects once more. */
  comeAgain(): void {
    this.asker = this.household.open(get(ASKERS, "stranger"));
  }

  /** All that could have changed: who may what, and who is here. */
  state(): unknown {
    const { house } = this.household;
    const { roles, sanctions } = remembered(this.#history);
    return {
      ...{ roles, sanctions },
      inMemory: [[...house.roles], [...house.sanctions]],
      sessions: [...house.sessions.keys()],
      people: [...house.people.keys()],
    };
  }

  /** Asks for something, and says what became of it as the table does. */
  outcome(verb: Verb, subject: string): string {
    const { household, asker } = this;
    const told = household.passed.length;
    const effects = household.request(asker, moderating(verb, subject));
    const answers = effects.flatMap((effect) =>
      effect.kind === "reply" && effect.session === asker
        ? [effect.message]
        : []
    );
    if (household.ended.get(asker) === "protocol_error") return "P";
    if (effects.length === 0) return ".";
    const [answer] = answers;
    assertEquals(answers.length, 1, "it is answered once");
    const moderated = household.passed.slice(told)
      .filter(({ kind }) => kind === "moderated");
    if (answer?.kind === "done") return moderated.length === 1 ? "+" : "=";
    assertEquals(moderated, []);
    const code = answer?.kind === "refused" ? answer.code : answer?.kind;
    return CODES[code ?? ""] ?? `${code}`;
  }
}

const CODES: Readonly<Record<string, string>> = {
  CHAT_FORBIDDEN: "F",
  CHAT_NO_SUCH_MEMBER: "?",
  CHAT_STORE_FULL: "S",
};

function moderating(verb: Verb, subject: string): Asked {
  return { kind: "moderate", verb, subject, seconds: null };
}

/** Every way to write whom a column is about. */
function subjectsOf(column: Column, actor: Actor): readonly string[] {
  switch (column) {
    case "self": {
      const who = get(ASKERS, actor);
      return [who.name, mark(who)];
    }
    case "nobody":
      return ["Nobody", "", "SHA256:abc", "999.1.1.1", "::g"];
    case "address":
      return [ADDRESS, `::ffff:${ADDRESS}`];
    case "own address":
      return actor === "console" ? [] : [OWN_ADDRESS];
    case "banned address":
      return [BANNED_ADDRESS];
    default: {
      const who = get(PEOPLE, column);
      const isKnown = !column.endsWith("unknown");
      return isKnown ? [who.name, mark(who)] : [mark(who)];
    }
  }
}

/** What somebody is when it comes, once more and from elsewhere. */
function standingOf(household: Household, who: Visitor): string {
  const session = household.open({ ...who, address: "192.0.2.250" });
  const answer = household.ask(session, who.name || `Visitor${session}`);
  if (answer.kind === "goodbye") return answer.why;
  household.close(session);
  return answer.kind === "entered" ? answer.standing : answer.kind;
}

function checkIdentity(scene: Scene, verb: Verb, column: Column): void {
  const { household, sessions } = scene;
  const who = get(PEOPLE, column);
  const before = roleIn(column) ?? "member";
  const after = afterwards(verb, before);
  const moderated = household.passed.findLast((entry) =>
    entry.kind === "moderated"
  );
  assert(moderated?.kind === "moderated");
  assertEquals([moderated.verb, moderated.target], [verb, who.fingerprint]);
  const isKnown = !column.endsWith("unknown");
  assertEquals(moderated.subject, isKnown ? who.name : mark(who));
  const session = sessions.get(who);
  if (session !== undefined) {
    const why = verb === "kick" ? "kicked" : verb === "ban" ? "banned" : null;
    assertEquals(household.ended.get(session) ?? null, why);
    assertEquals(household.house.sessions.has(session), why === null);
    const says = { kind: "say", room: 0, number: 1, text: "hi" } as const;
    const said = household.outcome(session, says);
    if (why === null) assertEquals(said === "CHAT_MUTED", after === "muted");
  }
  assertEquals(standingOf(household, who), after);
  household.restart();
  assertEquals(standingOf(household, who), after, "after a restart");
}

function checkAddress(scene: Scene, verb: Verb, column: Column): void {
  const { household, sessions } = scene;
  const address = column === "address" ? ADDRESS : BANNED_ADDRESS;
  const moderated = household.passed.findLast((entry) =>
    entry.kind === "moderated"
  );
  assert(moderated?.kind === "moderated");
  const { subject, target } = moderated;
  assertEquals([subject, target], ["", null], "nobody learns the address");
  for (const restarted of [false, true]) {
    if (restarted) household.restart();
    const out = verb === "ban";
    const newcomer = household.open({ ...visitor(300, "Zora"), address });
    const { kind } = household.ask(newcomer, "Zora");
    assertEquals(kind, out ? "goodbye" : "entered");
    const warden = household.open({ ...WARDEN, address });
    assertEquals(household.ask(warden, null).kind, "entered");
    household.close(newcomer);
    household.close(warden);
    if (restarted || column !== "address") continue;
    assertEquals(household.ended.get(get(sessions, NEIGHBOUR)), "banned");
    assertEquals(household.ended.get(get(sessions, WARDEN)), undefined);
  }
}

/** Checks one cell, and leaves everything as it was. */
function checkCell(
  scene: Scene,
  cell: { verb: Verb; column: Column; subject: string; outcome: string },
): void {
  const { household } = scene;
  const { verb, column, subject, outcome } = cell;
  const before = scene.state();
  const stores = outcome === "+" && verb !== "kick";
  household.failing = true;
  if (stores) {
    assertEquals(scene.outcome(verb, subject), "S", "with a full disk");
    assertEquals(scene.state(), before, "with a full disk");
    household.failing = false;
  }
  assertEquals(scene.outcome(verb, subject), outcome);
  household.failing = false;
  if (outcome === "P") return scene.comeAgain();
  if (outcome !== "+") return assertEquals(scene.state(), before);
  if (roleIn(column) === undefined) checkAddress(scene, verb, column);
  else checkIdentity(scene, verb, column);
  scene.reset();
}

for (const actor of ACTORS) {
  testHistories(
    `moderate() does what the table says for ${actor}`,
    (history) => {
      const scene = new Scene(history, actor);
      let cells = 0;
      for (const verb of VERBS) {
        for (const column of COLUMNS) {
          for (const subject of subjectsOf(column, actor)) {
            const outcome = expected(actor, verb, column);
            try {
              checkCell(scene, { verb, column, subject, outcome });
            } catch (error) {
              const cell = `${verb} ${column} (${subject})`;
              throw new Error(`Wrong cell: ${cell}`, { cause: error });
            }
            cells += 1;
          }
        }
      }
      assert(cells > 7 * COLUMNS.length, `${cells}`);
    },
  );
}
