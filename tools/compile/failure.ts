/** What is known about a failed build. */
export interface Failure {
  readonly target: string;
  /** Version of Deno. */
  readonly deno: string;
  /** What `DENORT_BIN` was set to. */
  readonly denortBin: string | undefined;
  /** What Deno printed. */
  readonly stderr: string;
}

/**
 * Says what is missing and how to provide it, or just what Deno said, without
 * the stack.
 */
export function explain(failure: Failure): string[] {
  const { denortBin, stderr } = failure;
  if (denortBin !== undefined && /denort|Invalid object/.test(stderr)) {
    return unusable(denortBin, failure);
  }
  if (/denort-[\w-]+\.zip/.test(stderr)) return unreachable(failure);
  const text = withoutColours(stderr).split("\nStack backtrace:", 1)[0] ?? "";
  return ["Cannot compile:", ...text.trim().split("\n")];
}

/** What to say when what `DENORT_BIN` names cannot be used. */
export function unusable(
  denortBin: string,
  failure: Pick<Failure, "target" | "deno">,
): string[] {
  return [
    `Cannot compile: DENORT_BIN names ${denortBin}.`,
    `That is not the runtime base of Deno ${failure.deno} for`,
    `${failure.target}, nor is deno itself. Fetch and unpack`,
    `  ${address(failure)}`,
    "and name the file denort that is in it. Where the network leads there,",
    "Deno fetches it by itself if DENORT_BIN is not set.",
  ];
}

function unreachable(failure: Failure): string[] {
  return [
    "Cannot compile: the runtime base is missing, which Deno puts in front of the",
    "program and fetches on first use. This address cannot be reached from here:",
    `  ${address(failure)}`,
    "Fetch and unpack it elsewhere, and name the file denort that is in it:",
    "  DENORT_BIN=/path/to/denort deno task compile",
  ];
}

function address({ target, deno }: Pick<Failure, "target" | "deno">): string {
  return `https://dl.deno.land/release/v${deno}/denort-${target}.zip`;
}

function withoutColours(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/\x1b\[[\d;]*m/g, "");
}
