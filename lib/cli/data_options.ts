import { DEFAULT_NEWCOMER_LINES } from "../room/house.ts";
import type { History } from "../room/history.ts";
import { historyFile } from "../store/data_directory.ts";
import { MemoryHistory } from "../store/memory_history.ts";
import { openHistory } from "../store/open_history.ts";
import { MIN_QUOTA_BYTES } from "../store/quota.ts";
import { ChatError } from "../errors.ts";
import type { OptionSpecs, OptionValues } from "./command.ts";
import { asFileError } from "./files.ts";
import type { Io } from "./io.ts";
import { assertOnlyWeChange } from "./ownership.ts";
import { stateDir } from "./paths.ts";

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** Entries of each room that a server without a data folder keeps in memory. */
const MEMORY_ENTRIES = 1_000;
/** All that such a server keeps, unless `--quota` says otherwise, in MiB. */
const MEMORY_QUOTA_MIB = 64;

const NO_DATA =
  "Name the folder of the server with --data DIR, as for `chat serve`, which makes it when it first runs";

/** The option of every command that looks at a server's data folder. */
export const folderOption = {
  data: {
    kind: "value",
    placeholder: "DIR",
    help:
      "Folder of the server's data; by default chat/server in $XDG_STATE_HOME",
  },
} as const satisfies OptionSpecs;

/** Options of `chat serve` that say what is remembered, and where. */
export const dataOptions = {
  ...folderOption,
  "no-history": {
    kind: "flag",
    help: "Keep nothing on the disk: a restart forgets everything",
  },
  history: {
    kind: "number",
    placeholder: "N",
    help: "Lines of the past that newcomers get in open rooms",
    min: 0,
    max: 1_000,
    default: DEFAULT_NEWCOMER_LINES,
  },
  retention: {
    kind: "number",
    placeholder: "DAYS",
    help: "Remove what is older; without it everything is kept",
    min: 1,
    max: 36_500,
  },
  quota: {
    kind: "number",
    placeholder: "MIB",
    help: "Disk that the history may take; beyond, messages are refused",
    min: MIN_QUOTA_BYTES / MIB,
    max: 16_777_216,
  },
} as const satisfies OptionSpecs;

/** What a server remembers, and for how long. */
export interface OpenData extends Disposable {
  readonly history: History;
  readonly newcomerLines: number;
  readonly retention: {
    readonly maxAgeMs?: number;
    readonly maxBytes?: number;
  };
}

/** `--data`, or `server` among what this user's programs remember. */
export function dataDirectory(
  io: Pick<Io, "env">,
  option: string | undefined,
): string {
  return option ?? `${stateDir(io)}/server`;
}

/**
 * The same, where a server has kept its data already.
 *
 * @throws {ChatError} `CHAT_FILE` when none has, saying how to name another.
 */
export function existingData(
  io: Pick<Io, "env">,
  option: string | undefined,
): string {
  const directory = dataDirectory(io, option);
  const path = historyFile(directory);
  try {
    Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw asFileError("open", path, error);
    }
    const found = `Cannot open ${path}: it does not exist`;
    throw new ChatError("CHAT_FILE", found, { cause: error, hint: NO_DATA });
  }
  return directory;
}

/**
 * Opens what {@linkcode dataOptions} name.
 *
 * @throws {ChatError} `CHAT_USAGE` when they contradict one another, `CHAT_FILE`
 * when others may change the folder, and as `openHistory`.
 */
export function openData(
  values: OptionValues<typeof dataOptions>,
  io: Pick<Io, "env">,
): OpenData {
  const { data, history: newcomerLines, retention: days, quota } = values;
  const age = days === undefined ? {} : { maxAgeMs: days * DAY_MS };
  const inMemory = values["no-history"];
  if (inMemory && data !== undefined) {
    throw new ChatError(
      "CHAT_USAGE",
      "Cannot run serve: --data and --no-history exclude each other",
    );
  }
  const history = inMemory
    ? new MemoryHistory({ keepLast: MEMORY_ENTRIES })
    : openFolder(dataDirectory(io, data), quota);
  // Memory has no end that could refuse: there, the oldest goes.
  const bound = inMemory ? { maxBytes: (quota ?? MEMORY_QUOTA_MIB) * MIB } : {};
  return {
    history,
    newcomerLines,
    retention: { ...age, ...bound },
    [Symbol.dispose]: () => history[Symbol.dispose](),
  };
}

function openFolder(path: string, quota: number | undefined): History {
  assertFolderIsOurs(path);
  return openHistory(
    path,
    quota === undefined ? {} : { maxBytes: quota * MIB },
  );
}

/** Who may change the folder may put another history into it. */
function assertFolderIsOurs(path: string): void {
  try {
    const { mode, uid } = Deno.statSync(path);
    assertOnlyWeChange(path, {
      mode: mode ?? undefined,
      uid: uid ?? undefined,
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return; // about to be made
    throw asFileError("open", path, error);
  }
}
