import { assert, assertEquals } from "../support/assert.ts";
import { chatServe, temporaryHome } from "../support/program.ts";
import { Pty } from "../support/pty.ts";
import { testWith } from "../support/tools.ts";

/** A row with a prompt in it, however it is meant to look. */
const PROMPT = /^\s*(\S*)\s*([#&@])\S*> /;

/** Notes every prompt that is shown, whether it says who can read, and rightly. */
function watch(
  pty: Pty,
): { readonly seen: Set<string>; readonly wrong: string[] } {
  const seen = new Set<string>();
  const wrong: string[] = [];
  pty.onShown = (rows): void => {
    for (const row of rows) {
      const [prompt, word, sign] = PROMPT.exec(row) ?? [];
      if (prompt === undefined) continue;
      seen.add(prompt);
      if (word !== (sign === "#" ? "open" : "sealed")) wrong.push(row);
    }
  };
  return { seen, wrong };
}

/** The prompt, where the cursor is, and what the line below it begins with. */
async function isAt(pty: Pty, prompt: string): Promise<void> {
  await pty.until((rows) =>
    pty.screen.cursorRow.startsWith(`${prompt}> |`) &&
    rows.at(-1)?.startsWith(`${prompt} `) === true
  );
}

/** The link that was printed, over as many rows as it took. */
function linkIn({ screen }: Pty): string {
  const [, link] = /(chat:\/\/\S+#key=[\w-]{43})/.exec(
    screen.everything.map((row) => row.trim()).join(""),
  ) ?? [];
  assert(link !== undefined, screen.everything.join("\n"));
  return link;
}

testWith(
  ["script", "stty"],
  "chat connect says at all times whether the server can read what is typed",
  async () => {
    await using home = await temporaryHome();
    const folder = (name: string): string => `${home.path}/${name}`;
    const serve = ["--quiet", "--rate=1000"]; // nobody types so fast
    await using server = await chatServe(folder("server"), serve);
    const { port, fingerprint } = server;
    const enter = ["connect", `127.0.0.1:${port}`, `--pin=${fingerprint}`];
    await using ada = new Pty(folder("ada"), [...enter, "--name=ada"]);
    await using bob = new Pty(folder("bob"), [...enter, "--name=bob"]);
    const watched = [watch(ada), watch(bob)];
    await isAt(ada, "open #lobby");
    await isAt(bob, "open #lobby");
    await ada.type("/seal plans\r");
    await isAt(ada, "sealed &plans");
    await ada.shows("type /open LINK here");
    await bob.type(`/open ${linkIn(ada)}\r`);
    await isAt(bob, "sealed &plans");
    await bob.shows("You have the keys");
    await ada.type("for us two\r");
    await bob.shows(/ada\S*: for us two/);
    await bob.type("/msg ada and for you alone\r");
    await ada.shows(/and for you alone/);
    await bob.type("/room @ada\r");
    await isAt(bob, "sealed @ada");
    await bob.type("/join dev\r");
    await isAt(bob, "open #dev");
    await bob.type("/room &plans\r");
    await isAt(bob, "sealed &plans");
    await server.child[Symbol.asyncDispose]();
    await bob.shows("without a goodbye");
    await bob.until(() => bob.screen.cursorRow === "sealed &plans> |");
    await bob.type("typed while it is away");
    await bob.shows("sealed &plans> typed while it is away");
    await using _again = await chatServe(folder("server"), ["--quiet"], {
      port,
    });
    await bob.type("\r");
    await ada.shows(/bob\S*: typed while it is away/);
    await ada.type("/room lobby\r");
    await isAt(ada, "open #lobby");
    for (const { seen, wrong } of watched) {
      assertEquals(wrong, []);
      assert(seen.size > 1);
    }
    for (const pty of [ada, bob]) {
      pty.onShown = (): void => {};
      await pty.type("/quit\r");
      assertEquals(await pty.ended(), 0);
    }
  },
);
