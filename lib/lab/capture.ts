import { Child } from "./child.ts";
import type { Laboratory } from "./laboratory.ts";
import { pause } from "./pause.ts";
import { pcapng } from "./pcapng.ts";

/** How a capture file came about. */
export type CaptureSource = "captured by dumpcap" | "written from recordings";

/** A capture that is going on; of every program on loopback, until it is saved. */
export interface Capture {
  /**
   * Ends it and writes what concerned the laboratory to `path`, mode 0600.
   *
   * @returns Where that is from; `undefined` when there was nothing to be seen.
   */
  save(path: string): Promise<CaptureSource | undefined>;
}

/** Largest capture, in kilobytes; what comes later is not seen. */
const MAX_KILOBYTES = 65_536;

/** How long dumpcap may leave packets where they are, in milliseconds. */
const FLUSH_MS = 400;

/**
 * Begins to capture loopback by dumpcap if it is installed and may, with tshark
 * to throw away what is not of the laboratory; else remembers nothing, and what
 * is saved is made of what relays recorded.
 */
export async function startCapture(lab: Laboratory): Promise<Capture> {
  const began = Date.now();
  const raw = lab.path("capture.pcapng");
  const dumpcap = await tryDumpcap(lab, raw);
  return {
    async save(path): Promise<CaptureSource | undefined> {
      if (dumpcap !== undefined) {
        await pause(FLUSH_MS, lab.signal);
        dumpcap.terminate();
        await dumpcap.exit(lab.signal);
        if (await filter(lab, { raw, path })) return "captured by dumpcap";
      }
      const relays = lab.relays.filter(({ recordings }) =>
        recordings.length > 0
      );
      if (relays.length === 0) return undefined;
      await Deno.writeFile(path, pcapng(relays, began), { mode: 0o600 });
      return "written from recordings";
    },
  };
}

async function tryDumpcap(
  lab: Laboratory,
  raw: string,
): Promise<Child | undefined> {
  try {
    await exitOf(lab, "tshark", ["--version"]);
    const limit = `filesize:${MAX_KILOBYTES}`;
    const child = lab.start(
      new Child("dumpcap", ["-i", "lo", "-f", "tcp", "-a", limit, "-w", raw], {
        name: "dumpcap",
      }),
    );
    await child.stderr.find(
      "a capture",
      (line) => line.startsWith("File: ") || undefined,
      lab.signal,
    );
    return child;
  } catch (error) {
    lab.signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    return undefined; // it is not installed, or may not
  }
}

/** Keeps what went to or from ports of the laboratory. */
async function filter(
  lab: Laboratory,
  { raw, path }: { readonly raw: string; readonly path: string },
): Promise<boolean> {
  if (lab.ports.size === 0) return false;
  const wanted = `tcp.port in {${[...lab.ports].join(", ")}}`;
  const own = lab.path("own.pcapng");
  if (await exitOf(lab, "tshark", ["-r", raw, "-Y", wanted, "-w", own]) !== 0) {
    return false;
  }
  await Deno.writeFile(path, await Deno.readFile(own), { mode: 0o600 });
  return true;
}

async function exitOf(
  lab: Laboratory,
  program: string,
  args: readonly string[],
): Promise<number> {
  const child = lab.start(new Child(program, args, { name: program }));
  await child.endInput();
  return await child.exit(lab.signal);
}
