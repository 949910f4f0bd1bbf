/**
 * Talks until it is killed, or told to be quiet by a line of its input, and prints
 * what it says and is shown, a JSON value on each line. Arguments: port and
 * fingerprint of the server, its name, a folder, and how much it has said before.
 */
// deno-lint-ignore-file no-console -- that is how it tells
import {
  generatePrivateKey,
  identityFromPkcs8,
} from "../../lib/identity/identity.ts";
import { parseFingerprint } from "../../lib/identity/fingerprint.ts";
import { openDeviceState } from "../../lib/store/open_device_state.ts";
import { live, pause, reach } from "./living.ts";

const [port = "", fingerprint = "", name = "", folder = "", before = ""] =
  Deno.args;
const identity = await identityFromPkcs8(await loadKey());
let order = Number(before);
let talks = true;
void listen();

for (;;) {
  using state = openDeviceState(`${folder}/device`, { onDamage: print });
  const client = await reach({
    ...{ host: "127.0.0.1", port: Number(port), name, identity, state },
    pins: [parseFingerprint(fingerprint)],
  });
  print({ kind: "starts", identity: identity.fingerprint });
  const telling = setInterval(() => {
    const waiting = client.outgoing.filter(({ state }) => state === "sending");
    print({ kind: "waits", count: talks ? 1 : waiting.length });
  }, 50);
  const error = await live(client, {
    get talks() {
      return talks;
    },
    say(client, room): void {
      order += 1;
      print({ kind: "says", room });
      client.say(`${name} ${order}`, room).catch(() => {});
      print({ kind: "kept" }); // if it is killed before this, nobody knows
    },
    sees: (event) => print({ kind: "sees", event }),
  });
  clearInterval(telling);
  print({ kind: "ends", error: error === undefined ? null : `${error}` });
  await pause(1);
}

async function loadKey(): Promise<Uint8Array<ArrayBuffer>> {
  const path = `${folder}/key`;
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const key = await generatePrivateKey();
    await Deno.writeFile(path, key);
    return key;
  }
}

async function listen(): Promise<void> {
  for await (const _ of Deno.stdin.readable) talks = false;
}

function print(value: unknown): void {
  console.log(
    JSON.stringify(
      value,
      (_, each: unknown) =>
        each instanceof Uint8Array ? { hex: each.toHex() } : each,
    ),
  );
}
