import type { Bytes } from "../bytes.ts";
import { ChatError } from "../errors.ts";
import type { Identity } from "../identity/identity.ts";
import {
  type KeyFile,
  MAX_KEY_FILE_BYTES,
  parseKeyFile,
} from "../identity/key_file.ts";
import { opensshPublicLine } from "../identity/openssh_public.ts";
import { wordsOf } from "../identity/words.ts";
import { defineCommand, type OptionValues } from "./command.ts";
import { readSmallFile } from "./files.ts";
import {
  createKeyFile,
  existingKeyFile,
  identityOptions,
  identityPath,
  unlockKeyFile,
} from "./identity_file.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";
import {
  finishingSteps,
  type RotationFiles,
  rotationFiles,
  writeStatement,
} from "./rotation.ts";

const options = {
  ...identityOptions,
  finish: {
    kind: "flag",
    help: "Use the next key from now on, and keep the old one beside it",
  },
  json: { kind: "flag", help: "Print one JSON object" },
} as const;

type Options = OptionValues<typeof options>;

/** `chat id rotate`: prepares the next key of an identity, and turns to it. */
export const idRotateCommand = defineCommand({
  name: "id rotate",
  summary: "Change to another key, without becoming somebody else",
  details: [
    "Makes the next key, in FILE.next, and signs with both that it follows the one in use. Nothing else changes yet, and to repeat it changes nothing.",
    "A member then just connects: on each server where `chat connect` finds the old key known, name, rooms and rights pass to the next key, and everybody there is told. When all servers you care about were visited, run it with --finish; servers you come to later are still told with FILE.previous, until the next rotation is finished.",
    "A server announces the next key to everybody who connects, from its next start on: leave it so for as long as members may stay away. Then stop it, run this with --finish, and start it: who heard of the key moves over without alarm. Until then, and for a while, hand out links with both pins (`chat://...?pin=OLD&pin=NEXT`): who heard of nothing is warned of a changed key as ever.",
    "It does not help against somebody who has stolen the key in use: a thief can rotate it, too. Then make a new identity, and tell people over another channel.",
  ],
  args: [],
  options,
  async run(_args, options, io): Promise<void> {
    const { path } = identityPath(io, options.identity);
    const files = await rotationFiles(path);
    if (options.finish) await requirePrepared(files);
    const { old, current, next } = await prepare(files, options, io);
    if (options.finish) {
      for (const step of finishingSteps(files, old)) await step();
      io.err(
        `The next key is in use now; the old one is in ${
          printable(files.previous)
        }.`,
      );
      io.err("Restart what runs with the old one.");
    }
    print({ current, next }, options, io);
  },
});

interface Prepared {
  /** What the file of the current key holds. */
  readonly old: Bytes;
  readonly current: Identity;
  readonly next: Identity;
}

/** Makes the next key and the statement, as far as they are not there. */
async function prepare(
  files: RotationFiles,
  options: Options,
  io: Io,
): Promise<Prepared> {
  const passphraseFile = options["passphrase-file"];
  const old = await bytesOf(files.current);
  const file = await parseKeyFile(old);
  refuseOpenssh(file, files.current);
  const { key, passphrase } = await unlockKeyFile(file, io, {
    path: files.current,
    passphraseFile,
  });
  key.pkcs8.fill(0);
  if (await createKeyFile(files.next, passphrase)) {
    io.err(`Created the next key in ${printable(files.next)}`);
  }
  const { key: next } = await unlockKeyFile(
    await existingKeyFile(files.next),
    io,
    { path: files.next, passphraseFile, known: passphrase },
  );
  next.pkcs8.fill(0);
  const pair = { current: key.identity, next: next.identity };
  if (pair.current.fingerprint === pair.next.fingerprint) {
    throw new ChatError(
      "CHAT_FILE",
      `Cannot rotate: ${files.next} holds the key in use; remove it`,
    );
  }
  await writeStatement(files, pair);
  return { old, ...pair };
}

/** The content of the file, once it is known that nobody else may touch it. */
async function bytesOf(path: string): Promise<Bytes> {
  await existingKeyFile(path);
  const file = await readSmallFile(path, MAX_KEY_FILE_BYTES);
  if (file !== undefined) return file.bytes;
  throw new ChatError("CHAT_FILE", `Cannot rotate: ${path} has gone`);
}

async function requirePrepared({ next }: RotationFiles): Promise<void> {
  if (await readSmallFile(next, MAX_KEY_FILE_BYTES) !== undefined) return;
  throw new ChatError(
    "CHAT_USAGE",
    `Cannot finish the rotation: none is prepared, ${next} does not exist`,
  );
}

/** Our format in the place of such a file would take it away from ssh. */
function refuseOpenssh({ format }: KeyFile, path: string): void {
  if (format !== "openssh") return;
  throw new ChatError(
    "CHAT_USAGE",
    `Cannot rotate ${path}: it is a file of OpenSSH, which other programs use`,
  );
}

function print(
  { current, next }: { readonly current: Identity; readonly next: Identity },
  { json, finish }: Options,
  io: Io,
): void {
  const line = opensshPublicLine(next.publicKey, "chat");
  const words = wordsOf(next.fingerprint);
  const { fingerprint } = next;
  const replaces = current.fingerprint;
  if (json) {
    const state = finish ? "finished" : "prepared";
    const publicKey = line;
    io.out(JSON.stringify({ state, fingerprint, publicKey, words, replaces }));
    return;
  }
  io.out(`${finish ? "Old key:    " : "Current key:"} ${replaces}`);
  io.out(`${finish ? "New key:    " : "Next key:   "} ${fingerprint}`);
  io.out(`Public key:  ${line}`);
  io.out(`Words:       ${words.join(" ")}`);
  if (!finish) {
    io.err("It is not in use yet. Connect, or restart the server, so that it");
    io.err("is known; then run `chat id rotate --finish`.");
  }
}
