import { ChatError } from "../errors.ts";
import { isDevelopmentIdentity } from "../identity/development.ts";
import {
  encodeKeyFile,
  type KeyFile,
  type PrivateKey,
} from "../identity/key_file.ts";
import { opensshPublicLine } from "../identity/openssh_public.ts";
import { wordsOf } from "../identity/words.ts";
import { defineCommand, type OptionValues } from "./command.ts";
import { replacePrivateFile } from "./files.ts";
import {
  createKeyFile,
  existingKeyFile,
  identityOptions,
  identityPath,
  openKeyFile,
  readKeyFile,
} from "./identity_file.ts";
import type { Io } from "./io.ts";
import { askNewPassphrase, readPassphraseFile } from "./passphrase.ts";
import { printable } from "./printable.ts";
import { rotationFiles } from "./rotation.ts";

const options = {
  ...identityOptions,
  passphrase: {
    kind: "flag",
    help: "Encrypt the private key, or change its passphrase",
  },
  "new-passphrase-file": {
    kind: "value",
    placeholder: "FILE",
    help: "With --passphrase: read the new passphrase from this file or pipe",
  },
  "no-passphrase": {
    kind: "flag",
    help: "Store the private key without encryption again",
  },
  json: { kind: "flag", help: "Print one JSON object" },
} as const;

type Options = OptionValues<typeof options>;

/** `chat id`: shows our identity, and creates it on first use. */
export const idCommand = defineCommand({
  name: "id",
  summary: "Show your identity (made on first use)",
  details: [
    "Prints the fingerprint, the line that goes into an authorized_keys file, and eight words to read aloud. The words carry 88 bits of the fingerprint: enough to compare two screens, but a pin is always the whole fingerprint.",
    "Keys made by `openssl genpkey -algorithm ed25519` and `ssh-keygen -t ed25519` work as they are, with or without a passphrase.",
    "To change to another key, see `chat help id rotate`.",
    "With --passphrase on a key that has none, --passphrase-file gives the new passphrase.",
  ],
  args: [],
  options,
  async run(_args, options, io): Promise<void> {
    if (options.passphrase && options["no-passphrase"]) {
      throw new ChatError(
        "CHAT_USAGE",
        "Cannot run id: --passphrase and --no-passphrase exclude each other",
      );
    }
    const { path } = identityPath(io, options.identity);
    if (options.passphrase || options["no-passphrase"]) {
      await refuseWhilePrepared(path);
    }
    const key = await ownKey(path, options, io);
    key.pkcs8.fill(0);
    print(key, { path, json: options.json }, io);
  },
});

/** Loads or creates the key, and changes its passphrase if told to. */
async function ownKey(
  path: string,
  options: Options,
  io: Io,
): Promise<PrivateKey> {
  const passphraseFile = options["passphrase-file"];
  const file = await readKeyFile(path);
  if (file === undefined) {
    const passphrase = options.passphrase
      ? await newPassphrase(options, io, passphraseFile)
      : undefined;
    if (await createKeyFile(path, passphrase)) {
      io.err(`Created your identity in ${printable(path)}`);
    }
    const created = await existingKeyFile(path);
    return created.kind === "locked" && passphrase !== undefined
      ? await created.unlock(passphrase)
      : await openKeyFile(created, io, { path, passphraseFile });
  }
  const key = await openKeyFile(file, io, { path, passphraseFile });
  if (options.passphrase) {
    const inPlain = file.kind === "open" ? passphraseFile : undefined;
    refuseOpenssh(file, path);
    const passphrase = await newPassphrase(options, io, inPlain);
    await replacePrivateFile(path, await encodeKeyFile(key.pkcs8, passphrase));
    io.err(`Encrypted ${printable(path)}`);
  } else if (options["no-passphrase"] && file.kind === "locked") {
    refuseOpenssh(file, path);
    await replacePrivateFile(path, await encodeKeyFile(key.pkcs8));
    io.err(`Removed the passphrase of ${printable(path)}`);
  }
  return key;
}

async function newPassphrase(
  options: Options,
  io: Io,
  otherFile: string | undefined,
): Promise<string> {
  const file = options["new-passphrase-file"] ?? otherFile;
  return file === undefined
    ? await askNewPassphrase(io)
    : await readPassphraseFile(file);
}

/** Or the key in use and the next one would have different passphrases. */
async function refuseWhilePrepared(path: string): Promise<void> {
  if (await readKeyFile(path) === undefined) return;
  const { next } = await rotationFiles(path);
  if (await readKeyFile(next) === undefined) return;
  throw new ChatError(
    "CHAT_USAGE",
    `Cannot change the passphrase of ${path}: its next key is prepared; finish that rotation first`,
  );
}

/** To rewrite such a file in our format would take it away from ssh. */
function refuseOpenssh(file: KeyFile, path: string): void {
  if (file.format !== "openssh") return;
  throw new ChatError(
    "CHAT_USAGE",
    `Cannot change the passphrase of ${path}: it is a file of OpenSSH; use \`ssh-keygen -p -f\``,
  );
}

function print(
  key: PrivateKey,
  options: { readonly path: string; readonly json: boolean },
  io: Io,
): void {
  const { fingerprint, publicKey } = key.identity;
  const comment = printable(key.comment || "chat");
  const line = opensshPublicLine(publicKey, comment);
  const words = wordsOf(fingerprint);
  const { path: file } = options;
  if (options.json) {
    io.out(JSON.stringify({ fingerprint, publicKey: line, words, file }));
  } else {
    io.out(`Fingerprint: ${fingerprint}`);
    io.out(`Public key:  ${line}`);
    io.out(`Words:       ${words.join(" ")}`);
  }
  if (isDevelopmentIdentity(fingerprint)) {
    io.err("This private key is public: it works on loopback only.");
  }
}
