import type { Bytes } from "../../bytes.ts";
import { Channel } from "../../channel/channel.ts";
import {
  type ClientEphemeral,
  startClientHandshake,
} from "../../channel/client_handshake.ts";
import type { Duplex } from "../../channel/duplex.ts";
import { FrameSource } from "../../channel/frame_source.ts";
import { generateMlKem } from "../../crypto/ml_kem.ts";
import { generateX25519 } from "../../crypto/x25519.ts";
import type { Fingerprint } from "../../identity/fingerprint.ts";
import type { Identity } from "../../identity/identity.ts";

/** The two secrets that all keys of a connection come from, 32 bytes each. */
export interface SharedSecrets {
  readonly x25519: Bytes;
  readonly mlKem: Bytes;
}

/**
 * A client as the program has it, but for one thing: it tells the laboratory the
 * secrets of its key exchanges, which the program wipes as soon as it can.
 *
 * @throws {ChatError} as `openChannel`.
 */
export async function leakyChannel(
  duplex: Duplex,
  options: {
    readonly identity: Identity;
    readonly pins: readonly Fingerprint[];
  },
): Promise<{ readonly channel: Channel; readonly secrets: SharedSecrets }> {
  const secrets = { x25519: new Uint8Array(0), mlKem: new Uint8Array(0) };
  const frames = new FrameSource(duplex);
  const start = await startClientHandshake(await leaking(secrets));
  await duplex.write(start.frame);
  const expectAuth = await start.next.receive(await frames.frame(() => true));
  const proof = await expectAuth.receive(
    await frames.frame(() => true),
    options,
  );
  await duplex.write(proof.frame);
  const session = await proof.next.receive(await frames.frame(() => true));
  return { channel: new Channel(session, duplex, frames), secrets };
}

async function leaking(
  into: { x25519: Bytes; mlKem: Bytes },
): Promise<ClientEphemeral> {
  const [x25519, mlKem] = [await generateX25519(), await generateMlKem()];
  return {
    random: crypto.getRandomValues(new Uint8Array(32)),
    x25519: {
      publicKey: x25519.publicKey,
      agree: async (peer): Promise<Bytes> => {
        const secret = await x25519.agree(peer);
        into.x25519 = secret.slice(); // this one will be wiped
        return secret;
      },
    },
    mlKem: {
      publicKey: mlKem.publicKey,
      decapsulate: async (ciphertext): Promise<Bytes> => {
        const secret = await mlKem.decapsulate(ciphertext);
        into.mlKem = secret.slice();
        return secret;
      },
    },
  };
}
