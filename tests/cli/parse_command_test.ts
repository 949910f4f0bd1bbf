import { defineCommand } from "../../lib/cli/command.ts";
import { parseCommand } from "../../lib/cli/parse_command.ts";
import { assertEquals } from "../support/assert.ts";
import { assertRefuses } from "../support/refusal.ts";

const command = defineCommand({
  name: "talk",
  summary: "Talk",
  args: ["HOST", "[ROOM]"],
  options: {
    name: { kind: "value", placeholder: "NAME", help: "Your name" },
    color: { kind: "value", placeholder: "C", help: "Color", default: "auto" },
    pin: { kind: "values", placeholder: "PIN", help: "Pins" },
    port: {
      kind: "number",
      placeholder: "N",
      help: "Port",
      min: 1,
      max: 9,
      default: 7,
    },
    delta: { kind: "number", placeholder: "N", help: "Delta", min: -5, max: 5 },
    json: { kind: "flag", help: "JSON" },
  },
  run: () => Promise.resolve(),
});
const none = {
  name: undefined,
  color: "auto",
  pin: [],
  port: 7,
  delta: undefined,
  json: false,
};

const accepted: [argv: string[], args: string[], options: object][] = [
  [["h"], ["h"], {}],
  [["h", "r"], ["h", "r"], {}],
  [["--json", "h"], ["h"], { json: true }],
  [["h", "--name", "Ann", "r"], ["h", "r"], { name: "Ann" }],
  [["h", "--name=Ann"], ["h"], { name: "Ann" }],
  [["h", "--name="], ["h"], { name: "" }],
  [["h", "--name=a=b"], ["h"], { name: "a=b" }],
  [["h", "--name", ""], ["h"], { name: "" }],
  [["h", "--name", "-x"], ["h"], { name: "-x" }],
  [["h", "--name", "--x"], ["h"], { name: "--x" }],
  [["h", "--name=--json"], ["h"], { name: "--json" }],
  [["h", "--pin", "a", "--pin=b"], ["h"], { pin: ["a", "b"] }],
  [["h", "--port", "1"], ["h"], { port: 1 }],
  [["h", "--port=9"], ["h"], { port: 9 }],
  [["h", "--delta", "-5"], ["h"], { delta: -5 }],
  [["--", "--json"], ["--json"], {}],
  [["--", "-h", "--"], ["-h", "--"], {}],
  [["h", "--"], ["h"], {}],
  [["-"], ["-"], {}],
  [[""], [""], {}],
];
for (const [argv, args, options] of accepted) {
  Deno.test(`parseCommand() reads ${JSON.stringify(argv)}`, () => {
    const parsed = parseCommand(command, argv);
    assertEquals(parsed.args, args);
    assertEquals<object>(parsed.options, { ...none, ...options });
  });
}

const refused: [argv: string[], found: string][] = [
  [[], "missing HOST"],
  [["h", "r", "x"], "expected HOST [ROOM], found 3"],
  [["h", "--nme", "a"], 'unknown option --nme; did you mean "--name"?'],
  [["h", "--quite-different"], "unknown option --quite-different"],
  [["h", "-n"], "unknown option -n"],
  [["h", "-n=1"], "unknown option -n"],
  [["h", "--name"], "missing NAME after --name"],
  [["h", "--name", "--"], "missing NAME after --name"],
  [["h", "--name", "--json"], "missing NAME after --name"],
  [["h", "--name", "--port=1"], "missing NAME after --name"],
  [["h", "--json=yes"], "--json takes no value"],
  [["h", "--json", "--json"], "--json is given twice"],
  [["h", "--name", "a", "--name", "a"], "--name is given twice"],
  [["h", "--port", "0"], "--port must be a number from 1 to 9"],
  [["h", "--port", "10"], "--port must be a number from 1 to 9"],
  [["h", "--port="], "--port must be a number"],
  [["h", "--port", "1e0"], "--port must be a number"],
  [["h", "--port", "0x1"], "--port must be a number"],
  [["h", "--port", "1.5"], "--port must be a number"],
  [["h", "--port", " 1"], "--port must be a number"],
  [["h", "--delta", "-6"], "--delta must be a number from -5 to 5"],
  [["h", "--__proto__", "x"], "unknown option --__proto__"],
  [["h", "--constructor"], "unknown option --constructor"],
  [["h", "--toString=1"], "unknown option --toString"],
];
for (const [argv, found] of refused) {
  Deno.test(`parseCommand() refuses ${JSON.stringify(argv)}`, () => {
    assertRefuses("CHAT_USAGE", () => parseCommand(command, argv), found);
  });
}

Deno.test("parseCommand() asks for what is required", () => {
  const strict = defineCommand({
    name: "strict",
    summary: "Strict",
    args: [],
    options: {
      to: { kind: "value", placeholder: "FILE", help: "To", required: true },
      n: {
        kind: "number",
        placeholder: "N",
        help: "N",
        min: 0,
        max: 1,
        required: true,
      },
    },
    run: () => Promise.resolve(),
  });
  const { options } = parseCommand(strict, ["--to", "", "--n", "0"]);
  // The types say that neither can be missing.
  const values: { readonly to: string; readonly n: number } = options;
  assertEquals(values, { to: "", n: 0 });
  const without = (argv: string[]) => (): unknown => parseCommand(strict, argv);
  assertRefuses("CHAT_USAGE", without(["--n", "0"]), "missing --to FILE");
  assertRefuses("CHAT_USAGE", without(["--to", "x"]), "missing --n N");
  const expected = "expected no arguments, found 1";
  assertRefuses("CHAT_USAGE", without(["x", "--to=", "--n=1"]), expected);
});

Deno.test("parseCommand() takes any number of what a command may be given many of", () => {
  const many = { ...command, args: ["[NAME...]"] };
  for (const args of [[], ["a"], ["a", "b", "c"]]) {
    assertEquals(parseCommand(many, args).args, args);
  }
});
