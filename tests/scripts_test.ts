// What each line of a script may be is in tests/scripts/README.md.
import { main } from "../lib/cli/main.ts";
import { program } from "../program.ts";
import { assert, assertEquals, assertMatch } from "./support/assert.ts";
import { TestIo } from "./support/test_io.ts";
import { temporaryFolder } from "./support/tools.ts";

const folder = new URL("./scripts/", import.meta.url);
const certs = new URL("../certs/", import.meta.url);

for (const { name } of Deno.readDirSync(folder)) {
  if (!name.endsWith(".txt")) continue;
  Deno.test(`scripts/${name}`, async () => {
    await using temporary = await temporaryFolder();
    const script = new Script(temporary.path);
    const text = await Deno.readTextFile(new URL(name, folder));
    for (const [index, line] of text.split("\n").entries()) {
      await script.run(line, `${name}:${index + 1}: ${line}`);
    }
  });
}

/** One script's folder, and what its last `chat` did. */
class Script {
  readonly #dir: string;
  #answers: string[] = [];
  #status = 0;
  #stdout = "";
  #stderr = "";

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Runs a line; `at` names it in failures. */
  async run(line: string, at: string): Promise<void> {
    if (line === "" || line.startsWith("#")) return;
    const words = (line.match(/(?:'[^']*'|[^\s'])+/g) ?? [])
      .map((word) => word.replaceAll("'", ""))
      .map((word) => word.replaceAll("$DIR", this.#dir));
    const not = words[0] === "!" && words.shift() !== undefined;
    const [verb, ...args] = words as [string, ...string[]];
    const [first = "", second = "", third = ""] = args;
    const path = `${this.#dir}/${first}`;
    switch (not ? `! ${verb}` : verb) {
      case "chat":
      case "! chat":
        await this.#chat(args);
        return assertEquals(this.#status !== 0, not, `${at}\n${this.#stderr}`);
      case "answer":
        this.#answers.push(first);
        return;
      case "status":
        return assertEquals(this.#status, Number(first), at);
      case "stdout":
        return assertMatch(this.#stdout, new RegExp(first, "m"), at);
      case "stderr":
        return assertMatch(this.#stderr, new RegExp(first, "m"), at);
      case "! stdout":
        return assert(!new RegExp(first, "m").test(this.#stdout), at);
      case "! stderr":
        return assert(!new RegExp(first, "m").test(this.#stderr), at);
      case "write":
        await Deno.writeTextFile(
          path,
          second.replaceAll("\\n", "\n").replaceAll("\\e", "\x1b"),
        );
        return await Deno.chmod(path, 0o600);
      case "copy":
        await Deno.copyFile(new URL(first, certs), path);
        return await Deno.chmod(path, 0o600);
      case "chmod":
        return await Deno.chmod(path, parseInt(second, 8));
      case "file": {
        const { mode } = await Deno.stat(path);
        assertEquals(((mode ?? 0) & 0o777).toString(8), second, at);
        const text = await Deno.readTextFile(path);
        return assertMatch(text, new RegExp(third), at);
      }
      case "! exists": {
        const entries = await Array.fromAsync(Deno.readDir(this.#dir));
        return assert(!entries.some(({ name }) => name === first), at);
      }
      default:
        throw new Error(`${at}: unknown verb`);
    }
  }

  async #chat(args: readonly string[]): Promise<void> {
    const answers = this.#answers.splice(0);
    const io = new TestIo({
      env: { XDG_CONFIG_HOME: this.#dir },
      ...(answers.length === 0 ? {} : { answers }),
    });
    this.#status = await main(args, io, program);
    this.#stdout = io.stdout.join("\n");
    this.#stderr = [...io.questions, ...io.stderr].join("\n");
  }
}
