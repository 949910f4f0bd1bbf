import { utf8 } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import { carryOut, held, type Result } from "../lab/carry_out.ts";
import type { Experiment } from "../lab/experiment.ts";
import { labPage } from "../lab/page.ts";
import { EXPERIMENTS } from "../lab/registry.ts";
import { resultJson } from "../lab/result_json.ts";
import { toAnsi, toPlain } from "../ui/style.ts";
import { capabilitiesOf } from "../ui/terminal/capabilities.ts";
import { terminalEnvironment } from "../ui/terminal/system_io.ts";
import { type Command, defineCommand, type OptionValues } from "./command.ts";
import { didYouMean } from "./did_you_mean.ts";
import { makeFolderOf, replacePrivateFile } from "./files.ts";
import type { Io } from "./io.ts";
import { findings, introduction, type LabRow } from "./lab_text.ts";
import { printable } from "./printable.ts";

const options = {
  list: { kind: "flag", help: "List the experiments instead" },
  json: { kind: "flag", help: "Print one JSON object per experiment" },
  html: {
    kind: "value",
    placeholder: "FILE",
    help: "Also write a page with the captured bytes and the figures",
  },
  pcap: {
    kind: "value",
    placeholder: "DIR",
    help: "Also write the packets of each experiment, for Wireshark",
  },
  short: { kind: "flag", help: "Do less of everything, for a quick check" },
} as const;

/** `chat lab [NAME...]`, over all experiments unless told others. */
export function labCommand(
  experiments: readonly Experiment[] = EXPERIMENTS,
): Command<typeof options> {
  return defineCommand({
    name: "lab",
    summary: "Attack chat on this machine, and see what comes of it",
    details: [
      "Carries out real attacks on real processes of this very program, on loopback and with keys of their own, one after another: all of them, or those named. Prints what the attacker did, what that achieved, and what is claimed about it; whether a claim held is decided by code.",
      "Ends with 1 when a claim did not hold. Nothing of it touches your own files.",
      "With --pcap, loopback is captured by dumpcap where that is installed and allowed, and only the packets of the experiment are kept; elsewhere the file is written from what the eavesdropper of the experiment recorded. contrib/chat1.lua shows them in Wireshark.",
    ],
    args: ["[NAME...]"],
    options,
    async run(names, values, io): Promise<void> {
      const chosen = names.length === 0
        ? experiments
        : names.map((name) => named(name, experiments));
      if (values.list) return list(chosen, values, io);
      requireProcesses();
      const possible = names.length === 0 ? possibleOf(chosen, io) : chosen;
      const results = await carryOutAll(possible, values, io);
      if (values.html !== undefined) {
        await replacePrivateFile(values.html, utf8(labPage(results)));
        io.err(`Wrote ${printable(values.html)}`);
      }
      judge(results);
    },
  });
}

function named(
  name: string,
  experiments: readonly Experiment[],
): Experiment {
  const found = experiments.find((each) => each.name === name);
  if (found !== undefined) return found;
  const hint = didYouMean(name, experiments.map(({ name }) => name));
  throw new ChatError(
    "CHAT_USAGE",
    `Cannot run lab: no experiment "${printable(name)}"${hint}`,
    { hint: "See `chat lab --list` for the experiments there are" },
  );
}

function list(
  experiments: readonly Experiment[],
  { json }: OptionValues<typeof options>,
  io: Io,
): void {
  const width = Math.max(0, ...experiments.map(({ name }) => name.length));
  for (const { name, title, attacker } of experiments) {
    io.out(
      json
        ? JSON.stringify({ experiment: name, title, attacker })
        : `${name.padEnd(width)}  ${title}`,
    );
  }
}

/** Those that this machine has all for; tells which it has not. */
function possibleOf(
  experiments: readonly Experiment[],
  io: Io,
): readonly Experiment[] {
  return experiments.filter((experiment) => {
    const lack = experiment.missing?.();
    if (lack !== undefined) io.err(`${experiment.name} is left out: ${lack}`);
    return lack === undefined;
  });
}

/** The executable may start processes for this; the source is told when. */
function requireProcesses(): void {
  if (Deno.permissions.querySync({ name: "run" }).state === "granted") return;
  throw new ChatError(
    "CHAT_USAGE",
    "Cannot run lab: this process may not start others",
    { hint: "Run `deno task lab`, which gives it the permission" },
  );
}

async function carryOutAll(
  experiments: readonly Experiment[],
  { json, short, pcap }: OptionValues<typeof options>,
  io: Io,
): Promise<Result[]> {
  if (pcap !== undefined) await makeFolderOf(`${pcap}/file`);
  const print = printer(io);
  using closed = terminalClosed();
  const signal = AbortSignal.any([io.signal, closed.signal]);
  const results: Result[] = [];
  for (const experiment of experiments) {
    if (!json) print(introduction(experiment));
    const result = await carryOut(experiment, {
      signal,
      short,
      ...(pcap === undefined ? {} : { pcap }),
    });
    results.push(result);
    if (json) io.out(JSON.stringify(resultJson(result)));
    else print(findings(result));
    if (result.pcap !== undefined) {
      io.err(`Wrote ${printable(result.pcap.path)}, ${result.pcap.source}`);
    }
  }
  return results;
}

/** Processes that we started would outlive a terminal that is closed. */
function terminalClosed(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void =>
    controller.abort(
      new ChatError("CHAT_INTERNAL", "Cannot go on: the terminal was closed"),
    );
  const hangUp = Deno.build.os === "windows" ? "SIGBREAK" : "SIGHUP";
  Deno.addSignalListener(hangUp, abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => Deno.removeSignalListener(hangUp, abort),
  };
}

function printer(io: Io): (rows: readonly LabRow[]) => void {
  const colours = io.stdoutIsTerminal
    ? capabilitiesOf(terminalEnvironment()).colours
    : undefined;
  return (rows) => {
    for (const row of rows) {
      io.out(colours === undefined ? toPlain(row) : toAnsi(row, colours));
    }
  };
}

/** @throws {ChatError} `CHAT_INTERNAL` unless everything held. */
function judge(results: readonly Result[]): void {
  const failed = results.filter((result) => !held(result));
  if (failed.length === 0) return;
  const names = failed.map(({ experiment }) => experiment.name).join(", ");
  throw new ChatError(
    "CHAT_INTERNAL",
    `Cannot vouch for chat: not everything held in ${names}`,
    {
      hint:
        "An attack did more than it should, or could not be carried out: see above, and report it",
    },
  );
}
