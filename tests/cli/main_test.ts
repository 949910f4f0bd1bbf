import { defineCommand, type Program } from "../../lib/cli/command.ts";
import { main } from "../../lib/cli/main.ts";
import { ChatError, type ErrorCode, ERRORS } from "../../lib/errors.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { TestIo } from "../support/test_io.ts";

const program: Program = {
  version: "1.2.3",
  commands: [
    defineCommand({
      name: "fail",
      summary: "Fail with a code",
      args: ["CODE", "[TEXT]"],
      options: { json: { kind: "flag", help: "JSON" } },
      run([code, text = ""]): Promise<void> {
        if (code === "bug") throw new RangeError(text);
        throw new ChatError(code as ErrorCode, `Cannot fail: ${text}`);
      },
    }),
    defineCommand({
      name: "echo",
      summary: "Print the arguments",
      args: ["WORD"],
      options: {},
      run([word = ""], _options, io): Promise<void> {
        io.out(word);
        return Promise.resolve();
      },
    }),
    ...["list", "add"].map((name) =>
      defineCommand({
        name: `group ${name}`,
        summary: `Run ${name}`,
        args: [],
        options: {},
        run: (_args, _options, io) => Promise.resolve(io.out(name)),
      })
    ),
  ],
};

async function run(...argv: string[]): Promise<TestIo & { status: number }> {
  const io = new TestIo();
  const status = await main(argv, io, program);
  return Object.assign(io, { status });
}

for (const code of Object.keys(ERRORS) as ErrorCode[]) {
  Deno.test(`main() prints ${code} with its hint and returns its status`, async () => {
    const io = await run("fail", code, "reason");
    assertEquals(io.status, ERRORS[code].exit);
    assertEquals(io.stdout, []);
    assertEquals(io.stderr, [
      `error: Cannot fail: reason [${code}]`,
      code === "CHAT_USAGE"
        ? "hint: Run `chat help fail` for usage"
        : `hint: ${ERRORS[code].hint}`,
    ]);
  });
}

Deno.test("main() leads from a usage error to the help of its command", async () => {
  const hint = (io: TestIo): string | undefined => io.stderr.at(-1);
  assertEquals(
    hint(await run("group", "add", "--jsno")),
    "hint: Run `chat help group add` for usage",
  );
  assertEquals(hint(await run("ehco")), "hint: Run `chat help` for usage");
});

Deno.test("main() lets a bug through with its stack", async () => {
  await assertRejects(() => run("fail", "bug", "oops"), RangeError, "oops");
});

Deno.test("main() prints no control characters of the command line", async () => {
  const evil = "\x1b]0;title\x07\u202e\u200b\n\x9b31m";
  for (
    const argv of [
      [evil],
      ["fail", "CHAT_FILE", evil],
      ["echo", "x", evil],
      [
        "fail",
        "x",
        `--${evil}`,
      ],
      ["help", evil],
      ["group", evil],
    ]
  ) {
    const io = await run(...argv);
    const printed = [...io.stdout, ...io.stderr].join("");
    assertEquals(/[\p{Cc}\p{Cf}]/u.test(printed), false, printed);
  }
});

Deno.test("main() without a command prints the overview as an error", async () => {
  const io = await run();
  assertEquals(io.status, 2);
  assertEquals(io.stdout, []);
  assertEquals(
    io.stderr[0],
    "chat 1.2.3: a private chat room without accounts",
  );
});

for (const option of ["--version", "-V"]) {
  Deno.test(`main() prints the version for ${option}`, async () => {
    const io = await run(option);
    assertEquals([io.status, io.stdout, io.stderr], [0, ["chat 1.2.3"], []]);
  });
}

Deno.test("main() finds commands of one word and of two", async () => {
  assertEquals((await run("echo", "word")).stdout, ["word"]);
  assertEquals((await run("group", "add")).stdout, ["add"]);
});

const unknown: [argv: string[], message: string][] = [
  [["ehco"], 'no command "ehco"; did you mean "echo"?'],
  [["frobnicate"], 'no command "frobnicate"'],
  [[""], 'no command ""'],
  [["group"], "expected list, add"],
  [["group", "--json"], "expected list, add"],
  [["group", "lits"], 'no command "lits"; did you mean "list"?'],
  [["group", "frobnicate"], 'no command "frobnicate"'],
  [["echo group"], 'no command "echo group"'],
  [["toString"], 'no command "toString"'],
];
for (const [argv, message] of unknown) {
  Deno.test(`main() refuses ${JSON.stringify(argv)}`, async () => {
    const io = await run(...argv);
    const what = argv.length > 1 || argv[0] === "group" ? "group" : "chat";
    const error = `error: Cannot run ${what}: ${message} [CHAT_USAGE]`;
    assertEquals([io.status, io.stderr[0]], [2, error]);
  });
}

const explained: [argv: string[], first: string][] = [
  [["help"], "chat 1.2.3: a private chat room without accounts"],
  [["--help"], "chat 1.2.3: a private chat room without accounts"],
  [["-h"], "chat 1.2.3: a private chat room without accounts"],
  [["help", "echo"], "Print the arguments."],
  [["echo", "--help"], "Print the arguments."],
  [["echo", "-h", "--unknown"], "Print the arguments."],
  [["help", "group"], "Run list."],
  [["group", "--help"], "Run list."],
  [["group", "add", "--help"], "Run add."],
  [["help", "group", "add"], "Run add."],
  [["help", "help"], "Explain chat, or one command."],
];
for (const [argv, first] of explained) {
  Deno.test(`main() explains for ${JSON.stringify(argv)}`, async () => {
    const io = await run(...argv);
    assertEquals([io.status, io.stdout[0], io.stderr], [0, first, []]);
  });
}

Deno.test("main() takes --help behind -- for an argument", async () => {
  assertEquals((await run("echo", "--", "--help")).stdout, ["--help"]);
});

Deno.test("main() refuses to explain what is not there", async () => {
  const io = await run("help", "gro");
  assertEquals(io.status, 2);
  const message = 'Cannot explain: no command "gro" [CHAT_USAGE]';
  assertEquals(io.stderr[0], `error: ${message}`);
});
