import { backupHistory } from "../store/backup.ts";
import { defineCommand } from "./command.ts";
import { existingData, folderOption } from "./data_options.ts";
import { printable } from "./printable.ts";

/** `chat backup FILE` */
export const backupCommand = defineCommand({
  name: "backup",
  summary: "Copy what a server remembers to a new file",
  details: [
    "The copy is of one moment, checked, and readable by you alone; it appears whole or not at all. The server may go on meanwhile; it need not run. FILE must not exist.",
    "To restore it, stop the server and put it into the data folder as history.db, in the place of history.db, history.db-wal and history.db-shm. The server's identity is another file: `chat id` says which.",
  ],
  args: ["FILE"],
  options: folderOption,
  async run([file = ""], { data }, io): Promise<void> {
    await backupHistory(existingData(io, data), file);
    const { size } = await Deno.stat(file);
    io.out(`Backed up ${size} bytes to ${printable(file)}`);
  },
});
