// deno-lint-ignore-file no-console -- what it prints is what it acknowledges
/**
 * Redeems one invitation, which may not be there yet, for one identity after
 * another, and prints who is told that it is admitted, until it is killed.
 *
 *     deno run --allow-all redeem.ts DIRECTORY FIRST
 */
import { writeDatabase } from "../../../lib/store/history_file.ts";
import { InvitationTable } from "../../../lib/store/invitation_table.ts";
import { START } from "./histories.ts";
import { identity } from "./registries.ts";

const [directory = "", first = ""] = Deno.args;
using db = writeDatabase(directory);
const invitations = new InvitationTable(db);
const digest = identity(0);
console.log("ready");
for (let who = Number(first);; who++) {
  const owner = identity(who);
  if (invitations.redeem({ digest, owner, at: START })) console.log(`${who}`);
}
