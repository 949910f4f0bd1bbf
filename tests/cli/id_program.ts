// `chat` with nothing but `id`, as a process of its own.
import { idCommand } from "../../lib/cli/id.ts";
import { main } from "../../lib/cli/main.ts";
import { processIo } from "../../lib/cli/process_io.ts";

const stop = new AbortController();
Deno.addSignalListener("SIGTERM", () => stop.abort());
const program = { version: "1.2.3", commands: [idCommand] };
Deno.exit(await main(Deno.args, processIo(stop.signal), program));
