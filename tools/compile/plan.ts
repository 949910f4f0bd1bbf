import { parseArgs } from "node:util";

/** What `deno compile` can build for (Deno 2.9.6). */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
] as const;

/** Where the executable goes, unless told otherwise. */
export const DEFAULT_OUTPUT = "dist/chat";

/** What is to be built. */
export interface Plan {
  readonly target: string;
  /** Path of the executable; it ends in `.exe` on Windows. */
  readonly output: string;
}

/**
 * Reads the command line.
 *
 * @param host The target we run on, built for unless told otherwise.
 * @throws {TypeError} for anything but `--target TARGET` and `--output FILE`.
 */
export function parsePlan(argv: readonly string[], host: string): Plan {
  const [first, ...rest] = argv;
  const { values } = parseArgs({
    args: first === "--" ? rest : [...argv], // as people separate it for npx
    options: {
      target: { type: "string", default: host },
      output: { type: "string", default: DEFAULT_OUTPUT },
    },
  });
  const { target, output } = values;
  if (!TARGETS.some((known) => known === target)) {
    throw new TypeError(
      `Cannot compile for "${target}": it is none of ${TARGETS.join(", ")}`,
    );
  }
  if (output === "") throw new TypeError("Cannot compile: --output is empty");
  const suffix = target.includes("windows") && !output.endsWith(".exe")
    ? ".exe"
    : "";
  return { target, output: output + suffix };
}

/**
 * The command line of Deno that builds it. The executable has the permissions
 * that deno.json gives to the program and no others, and never asks for more;
 * modules and packages are embedded, and it can load none from elsewhere.
 */
export function denoArguments({ target, output }: Plan): string[] {
  return [
    "compile",
    "--quiet",
    "--frozen",
    "--no-prompt",
    "--permission-set=chat",
    "--allow-run", // for `chat lab`; every other command gives it up
    "--exclude-unused-npm",
    "--app-name=chat",
    `--target=${target}`,
    `--output=${output}`,
    "mod.ts",
  ];
}
