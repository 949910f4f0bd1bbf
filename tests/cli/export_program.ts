// `chat` with nothing but `export`, as a process of its own.
import { exportCommand } from "../../lib/cli/export.ts";
import { main } from "../../lib/cli/main.ts";
import { processIo } from "../../lib/cli/process_io.ts";

const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());
const program = { version: "1.2.3", commands: [exportCommand] };
Deno.exit(await main(Deno.args, processIo(stop.signal), program));
