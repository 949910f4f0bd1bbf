import { Child } from "../../lib/lab/child.ts";
import { openHistory } from "../../lib/store/open_history.ts";
import { openInvitations } from "../../lib/store/open_invitations.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { soon } from "../support/program.ts";
import { assertSound } from "./support/database.ts";
import { Folder, START } from "./support/histories.ts";
import { identity } from "./support/registries.ts";
import { randomNumbers } from "./support/random.ts";

const ROUNDS = 4;
const PROCESSES = 3;
const PROGRAM = `${import.meta.dirname}/support/redeem.ts`;
const digest = identity(0);

/** A process whose identities have numbers from `first` on. */
function redeemer(directory: string, first: number): Child {
  const args = ["run", "--quiet", "--allow-all", PROGRAM, directory];
  const name = `redeemer ${first}`;
  return new Child(Deno.execPath(), [...args, `${first}`], { name });
}

/** Waits for `count` lines, whatever they are. */
async function lines(child: Child, count: number): Promise<void> {
  let seen = 0;
  const pick = (): true | undefined => ++seen >= count ? true : undefined;
  await child.stdout.find(`line ${count}`, pick, soon());
}

Deno.test("InvitationTable.redeem() has one winner among processes that are killed", async () => {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const random = randomNumbers(seed);
  for (let round = 1; round <= ROUNDS; round++) {
    using folder = new Folder();
    openHistory(folder.path)[Symbol.dispose]();
    const children = Array.from(
      { length: PROCESSES },
      (_, i) => redeemer(folder.path, 1 + i * 1_000_000),
    );
    {
      await using killed = new AsyncDisposableStack();
      for (const child of children) killed.use(child);
      await Promise.all(children.map((child) => lines(child, 1)));
      {
        using inviter = openInvitations(folder.path);
        const until = START + 1;
        inviter.invite({ digest, by: "Alice", at: START, until });
      }
      // Sometimes before anybody heard of success, sometimes after.
      const any = Promise.race(children.map((child) => lines(child, 2)));
      if (random(2) === 0) await any;
      else any.catch(() => {}); // killed first
    }
    const told = children.flatMap(({ stdout }) => stdout.lines.slice(1));
    using history = openHistory(folder.path);
    const admitted = [...history.admissions()].map(({ owner }) =>
      `${new DataView(owner.slice().buffer).getUint32(0)}`
    );
    const at = `seed ${seed}, round ${round}: ${told} of ${admitted}`;
    assert(told.length <= 1 && admitted.length <= 1, at);
    for (const who of told) assertEquals(admitted, [who], at);
    const [winner = "7"] = admitted;
    const won = { digest, owner: identity(Number(winner)), at: START };
    const late = { ...won, owner: identity(8) };
    assert(history.redeem(won), at);
    assert(!history.redeem(late), at);
    history[Symbol.dispose]();
    assertSound(`${folder.path}/history.db`);
  }
});
