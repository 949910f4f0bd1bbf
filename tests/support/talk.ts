/** A process that talks in a fake room: for tests of real streams. */
import { runPlain } from "../../lib/ui/terminal/run_plain.ts";
import { runTerminal } from "../../lib/ui/terminal/run_terminal.ts";
import {
  systemPlain,
  systemTerminal,
} from "../../lib/ui/terminal/system_io.ts";
import { FakeConversation } from "./fake_conversation.ts";

const conversation = new FakeConversation();
if (Deno.stdin.isTerminal()) await runTerminal(conversation, systemTerminal());
else {
  const json = Deno.args.includes("--json");
  await runPlain(conversation, systemPlain(), { json });
}
Deno.exit(0);
