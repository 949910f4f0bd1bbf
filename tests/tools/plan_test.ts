import { denoArguments, parsePlan, TARGETS } from "../../tools/compile/plan.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

const [linux] = TARGETS;

Deno.test("parsePlan() builds dist/chat for the machine it runs on", () => {
  assertEquals(parsePlan([], linux), { target: linux, output: "dist/chat" });
});

Deno.test("parsePlan() takes a target and a file, and ends it in .exe on Windows", () => {
  const windows = "x86_64-pc-windows-msvc";
  assertEquals(parsePlan(["--target", windows], linux), {
    target: windows,
    output: "dist/chat.exe",
  });
  assertEquals(
    parsePlan([`--target=${windows}`, "--output=x/y.exe"], linux).output,
    "x/y.exe",
  );
});

Deno.test("parsePlan() passes over the -- between deno task and its options", () => {
  const [, target] = TARGETS;
  const plan = parsePlan(["--", `--target=${target}`], linux);
  assertEquals(plan.target, target);
});

Deno.test("parsePlan() refuses what it does not know", () => {
  const wrong = [
    ["--target=vax"],
    ["--target="],
    ["--output="],
    ["--target"],
    ["--fast"],
    ["main.ts"],
  ];
  for (const argv of wrong) {
    assertThrows(() => parsePlan(argv, linux), TypeError);
  }
});

Deno.test("denoArguments() grants what deno.json grants, and to start processes", () => {
  const args = denoArguments({ target: linux, output: "dist/chat" });
  const byHand = args.filter((each) => /allow|deny|-A/.test(each));
  assertEquals(byHand, ["--allow-run"]);
  for (const wanted of ["--permission-set=chat", "--no-prompt", "--frozen"]) {
    assertEquals(args.includes(wanted), true, wanted);
  }
});
