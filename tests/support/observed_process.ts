/**
 * Runs the command that it is given, and looks for needles in the memory of that: as
 * its parent, which the kernel lets it be. A line of needles comes in, a line of what
 * was found goes out. The command is ended with the input.
 *
 * @module
 */
import type { Needle } from "../../lib/lab/needles.ts";
import { NeedleScan } from "./needle_scan.ts";
import { memoryOf } from "./process_memory.ts";

const [program = "", ...args] = Deno.args;
const child = new Deno.Command(program, { args, stdin: "null" }).spawn();
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
let rest = "";
for await (const text of lines) {
  const complete = (rest + text).split("\n");
  rest = complete.pop() ?? "";
  for (const line of complete) {
    const found = JSON.stringify(find(JSON.parse(line)));
    await Deno.stdout.write(new TextEncoder().encode(`found ${found}\n`));
  }
}
child.kill("SIGTERM");
Deno.exit((await child.status).code);

/** What of `needles` the process has in memory, in words. */
function find(needles: readonly Needle[]): readonly string[] {
  const scanning = new NeedleScan(needles);
  for (const { bytes, follows } of memoryOf(child.pid)) {
    if (!follows) scanning.startAnew();
    scanning.feed(bytes);
  }
  return scanning.found;
}
