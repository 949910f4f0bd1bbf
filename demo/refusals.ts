import { opensshPublicLine } from "../lib/identity/openssh_public.ts";
import type { Child } from "../lib/lab/child.ts";
import type { Relay } from "../lib/lab/relay.ts";
import type { Cast } from "./cast.ts";
import { PEOPLE } from "./script.ts";
import type { Stage } from "./stage.ts";
import type { Theatre } from "./theatre.ts";
import type { Refused } from "./verdicts.ts";

/**
 * Two clients that must not get in: one that expects another server key, as if
 * somebody had taken the server's place, and one that is not on the list of a
 * server that has one.
 *
 * @param options `room`: the port of the server everybody may enter.
 */
export async function refusals(
  { signal }: Theatre,
  stage: Stage,
  { cast, room }: { readonly cast: Cast; readonly room: number },
): Promise<{ readonly victim: Refused; readonly stranger: Refused }> {
  const bobby = { name: "Bobby", key: PEOPLE.Bobby.key };
  const finish = async (process: Child, relay: Relay): Promise<Refused> => {
    await process.endInput(); // if it did get in, it leaves again
    const code = await process.exit(signal);
    const [recording] = relay.recordings;
    if (recording === undefined) {
      throw new Error(`Cannot record: ${process.name} did not connect`);
    }
    await recording.ended;
    return { code, stderr: process.stderr.lines, recording };
  };
  const asVictim = async (): Promise<Refused> => {
    const relay = stage.relay(room);
    const pin = cast.Alice.fingerprint; // anybody's but the server's
    const process = stage.connect({ ...bobby, pin, port: relay.port });
    return await finish(process, relay);
  };
  const asStranger = async (): Promise<Refused> => {
    const line = opensshPublicLine(cast.Alice.publicKey, "Alice");
    const list = await stage.file("authorized_keys", `${line}\n`);
    const { relay } = await stage.serve("the strict server", [
      `--authorized=${list}`,
    ]);
    const pin = cast.server.fingerprint;
    const process = stage.connect({ ...bobby, pin, port: relay.port });
    return await finish(process, relay);
  };
  const [victim, stranger] = await Promise.all([asVictim(), asStranger()]);
  return { victim, stranger };
}
