import fc from "fast-check";
import { idCommand } from "../../lib/cli/id.ts";
import { idRotateCommand } from "../../lib/cli/id_rotate.ts";
import {
  createKeyFile,
  loadIdentity,
  readKeyFile,
} from "../../lib/cli/identity_file.ts";
import { loadOwnKeys } from "../../lib/cli/own_keys.ts";
import {
  finishingSteps,
  predecessorOf,
  preparedSuccessor,
  rotationFiles,
} from "../../lib/cli/rotation.ts";
import type { Fingerprint } from "../../lib/identity/fingerprint.ts";
import { verifySuccession } from "../../lib/identity/succession.ts";
import { assert, assertEquals, assertNotEquals } from "../support/assert.ts";
import { temporaryHome } from "../support/program.ts";
import { assertRefusesLater } from "../support/refusal.ts";
import { TestIo } from "../support/test_io.ts";

const CHOICE = { identity: undefined, "passphrase-file": undefined };
const NEW = {
  ...CHOICE,
  passphrase: false,
  "new-passphrase-file": undefined,
  "no-passphrase": false,
  json: true,
};

/** A person with files of their own, whose identity is made. */
class Home implements AsyncDisposable {
  readonly io: TestIo;
  readonly #folder: { readonly path: string } & AsyncDisposable;

  private constructor(
    folder: { readonly path: string } & AsyncDisposable,
    answers?: readonly string[],
  ) {
    this.#folder = folder;
    const env = { XDG_CONFIG_HOME: folder.path };
    this.io = new TestIo(answers === undefined ? { env } : { env, answers });
  }

  static async make(answers?: readonly string[]): Promise<Home> {
    const home = new Home(await temporaryHome(), answers);
    const passphrase = answers !== undefined;
    await idCommand.run([], { ...NEW, passphrase }, home.io);
    return home;
  }

  get path(): string {
    return `${this.#folder.path}/chat/identity.pem`;
  }

  async rotate(options: { readonly finish?: boolean } = {}): Promise<void> {
    const { finish = false } = options;
    await idRotateCommand.run([], { ...CHOICE, finish, json: true }, this.io);
  }

  /** The newest key, and those before. */
  async keys(): Promise<{ newest: Fingerprint; older: Fingerprint[] }> {
    const { newest, older } = await loadOwnKeys(CHOICE, this.io);
    const before = await Promise.all(older.map((open) => open()));
    return {
      newest: newest.fingerprint,
      older: before.map(({ fingerprint }) => fingerprint),
    };
  }

  /** What a server would announce. */
  async announced(): Promise<Fingerprint | undefined> {
    const file = await readKeyFile(this.path);
    assert(file?.kind === "open");
    const { identity } = file.key;
    const next = await preparedSuccessor(identity, CHOICE, this.io);
    if (next === undefined) return undefined;
    const proven = await verifySuccession(identity.publicKey, next.statement);
    assertEquals(proven?.fingerprint, next.fingerprint);
    return next.fingerprint;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

Deno.test("chat id rotate prepares a next key, and repeated, the same", async () => {
  await using home = await Home.make();
  const { newest: current, older } = await home.keys();
  assertEquals(older, []);
  assertEquals(await home.announced(), undefined);
  await home.rotate();
  const next = await home.announced();
  await home.rotate();
  assertEquals(await home.announced(), next);
  assertEquals(await home.keys(), { newest: next, older: [current] });
  for (const suffix of ["", ".next", ".succession"]) {
    const { mode } = await Deno.stat(home.path + suffix);
    assertEquals((mode ?? 0) & 0o777, 0o600);
  }
});

Deno.test("chat id rotate --finish turns to the next key, and keeps the old one", async () => {
  await using home = await Home.make();
  const { newest: old } = await home.keys();
  await home.rotate();
  const next = await home.announced();
  await home.rotate({ finish: true });
  assertEquals(await home.keys(), { newest: next, older: [old] });
  assertEquals(await home.announced(), undefined);
  await home.rotate();
  const third = await home.announced();
  assertNotEquals(third, next);
  assertEquals(await home.keys(), { newest: third, older: [next, old] });
});

Deno.test("chat id rotate --finish refuses when nothing is prepared", async () => {
  await using home = await Home.make();
  const finish = (): Promise<void> => home.rotate({ finish: true });
  await assertRefusesLater("CHAT_USAGE", finish, "none is prepared");
  await home.rotate();
  await finish();
  await assertRefusesLater("CHAT_USAGE", finish, "none is prepared");
});

Deno.test("chat id rotate refuses what does not exist, or belongs to ssh", async () => {
  await using home = await Home.make();
  const rotate = (identity: string) => () =>
    idRotateCommand.run([], {
      ...{ ...CHOICE, identity, finish: false, json: false },
    }, home.io);
  await assertRefusesLater("CHAT_FILE", rotate(`${home.path}.none`));
  const bob = `${import.meta.dirname}/../../certs/bob`;
  await assertRefusesLater("CHAT_USAGE", rotate(bob), "OpenSSH");
  await home.rotate();
  await Deno.copyFile(home.path, `${home.path}.next`);
  await assertRefusesLater("CHAT_FILE", rotate(home.path), "the key in use");
});

Deno.test("chat id rotate encrypts the next key with the same passphrase, asked for once", async () => {
  await using home = await Home.make(["secret", "secret", "secret", "secret"]);
  await home.rotate();
  const file = await readKeyFile(`${home.path}.next`);
  assert(file?.kind === "locked");
  await file.unlock("secret");
  const before = home.io.questions.length;
  await home.keys();
  assertEquals(home.io.questions.length, before + 1);
});

Deno.test("chat id changes no passphrase while a next key is prepared", async () => {
  await using home = await Home.make();
  await home.rotate();
  for (const which of ["passphrase", "no-passphrase"]) {
    await assertRefusesLater(
      "CHAT_USAGE",
      () => idCommand.run([], { ...NEW, [which]: true }, home.io),
      "next key is prepared",
    );
  }
});

Deno.test("chat id rotate keeps to the file that a link leads to", async () => {
  await using home = await Home.make();
  const real = `${home.path}.real`;
  await Deno.rename(home.path, real);
  await Deno.symlink(real, home.path);
  await home.rotate();
  const next = await home.announced();
  await home.rotate({ finish: true });
  assertEquals((await home.keys()).newest, next);
  assert((await Deno.lstat(home.path)).isSymlink);
});

Deno.test("preparedSuccessor() announces no key whose private half has gone", async () => {
  await using home = await Home.make();
  await home.rotate();
  await Deno.remove(`${home.path}.next`);
  assertEquals(await home.announced(), undefined);
});

Deno.test("preparedSuccessor() refuses a statement that was changed", async () => {
  await using home = await Home.make();
  await home.rotate();
  const path = `${home.path}.succession`;
  const lines = (await Deno.readTextFile(path)).split("\n");
  const signature = lines[3] as string;
  const other = signature.startsWith("A") ? "B" : "A";
  lines[3] = other + signature.slice(1);
  await Deno.writeTextFile(path, lines.join("\n"));
  await assertRefusesLater("CHAT_IDENTITY_DAMAGED", () => home.announced());
  await home.rotate(); // writes it anew
  assert(await home.announced() !== undefined);
});

/** What a crash can leave: so many steps of preparing or finishing are done. */
const CRASHES = {
  /** The next key is made, but nothing says so. */
  async prepare(home: Home): Promise<void> {
    await home.rotate();
    await Deno.remove(`${home.path}.succession`);
  },
  ...Object.fromEntries(
    [0, 1, 2, 3].map((done) => [
      `finish after ${done} steps`,
      async (home: Home): Promise<void> => {
        await home.rotate();
        const old = await Deno.readFile(home.path);
        const steps = finishingSteps(await rotationFiles(home.path), old);
        for (const step of steps.slice(0, done)) await step();
      },
    ]),
  ),
};

for (const [when, crash] of Object.entries(CRASHES)) {
  Deno.test(`chat id rotate can go on after a crash: ${when}`, async () => {
    await using home = await Home.make();
    const { newest: old } = await home.keys();
    await crash(home);
    const { newest, older } = await home.keys();
    assertNotEquals(newest, old);
    assert(older.includes(old), "the old key can still hand over");
    await home.announced(); // does not throw: a server starts
    const isPrepared = await readKeyFile(`${home.path}.next`) !== undefined;
    if (isPrepared) await home.rotate({ finish: true });
    assertEquals(await home.keys(), { newest, older: [old] });
  });
}

Deno.test("chat id rotate never loses the key in use, nor the next one, whatever ends it", async () => {
  const action = fc.constantFrom("rotate", "finish", "crash");
  const plan = fc.array(fc.tuple(action, fc.nat(3)), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(plan, async (actions) => {
      await using home = await Home.make();
      let { newest: used } = await home.keys(); // what servers know
      for (const [action, steps] of actions) {
        const isPrepared = await readKeyFile(`${home.path}.next`) !== undefined;
        if (action === "rotate") await home.rotate();
        else if (!isPrepared) continue;
        else if (action === "finish") await home.rotate({ finish: true });
        else {
          const old = await Deno.readFile(home.path);
          const all = finishingSteps(await rotationFiles(home.path), old);
          for (const step of all.slice(0, steps)) await step();
        }
        const { newest, older } = await home.keys();
        assert(newest === used || older.includes(used));
        used = newest; // it has handed over
      }
    }),
    { numRuns: 25 },
  );
});

Deno.test("preparedSuccessor() announces nothing by the statement of the last rotation", async () => {
  await using home = await Home.make();
  await home.rotate();
  await home.rotate({ finish: true });
  await createKeyFile(`${home.path}.next`); // and a crash
  assertEquals(await home.announced(), undefined);
  const remark = home.io.stderr.at(-1) ?? "";
  assert(remark.includes("`chat id rotate` again"), remark);
});

Deno.test("predecessorOf() names the key before, once a rotation is finished", async () => {
  await using home = await Home.make();
  const { newest: old } = await home.keys();
  const predecessor = async (): Promise<Fingerprint | undefined> =>
    await predecessorOf(await loadIdentity(CHOICE, home.io), CHOICE, home.io);
  assertEquals(await predecessor(), undefined);
  await home.rotate();
  assertEquals(await predecessor(), undefined);
  await home.rotate({ finish: true });
  assertEquals(await predecessor(), old);
});
