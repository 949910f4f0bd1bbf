import { type Bytes, concat } from "../lib/bytes.ts";
import type { Identity } from "../lib/identity/identity.ts";
import { parseKeyFile } from "../lib/identity/key_file.ts";
import { encodeSshBlob } from "../lib/identity/ssh_blob.ts";
import { fingerprintBytes } from "../lib/identity/fingerprint.ts";
import { type Secret, secretWords } from "../lib/lab/secret.ts";
import { MOTD, PEOPLE, ROOM, SCRIPT, TITLE } from "./script.ts";
import { certificate } from "./stage.ts";

/** Who takes part, by the name they are called by. */
export type Cast = Readonly<Record<"server" | keyof typeof PEOPLE, Identity>>;

/** Reads the keys of everybody who takes part. */
export async function readCast(): Promise<Cast> {
  return {
    server: await readIdentity("server.pem"),
    Alice: await readIdentity(PEOPLE.Alice.key),
    Bobby: await readIdentity(PEOPLE.Bobby.key),
  };
}

/** Everything that must not be found between the client and the server. */
export function secretsOf(cast: Cast): Secret[] {
  return [
    ...secretWords(spokenTexts()),
    ...Object.entries(cast).flatMap(([name, identity]): Secret[] => [{
      kind: "bytes",
      what: `the key of ${name}`,
      bytes: encodeSshBlob(identity.publicKey),
    }, {
      kind: "bytes",
      what: `the fingerprint of ${name}`,
      bytes: fingerprintBytes(identity.fingerprint),
    }]),
  ];
}

/** All keys and fingerprints, one after the other. */
export function keysOf(cast: Cast): Bytes {
  return concat(
    ...Object.values(cast).flatMap(({ publicKey, fingerprint }) => [
      encodeSshBlob(publicKey),
      fingerprintBytes(fingerprint),
    ]),
  );
}

/** Everything that is said, and every name. */
export function spokenTexts(): string[] {
  const names = [...Object.keys(PEOPLE), TITLE, MOTD, ROOM];
  return [...names, ...SCRIPT.map(({ text }) => text)];
}

async function readIdentity(file: string): Promise<Identity> {
  const key = await parseKeyFile(await Deno.readFile(certificate(file)));
  if (key.kind !== "open") throw new Error(`Cannot use ${file}: encrypted`);
  return key.key.identity;
}
