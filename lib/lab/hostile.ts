import { type Bytes, concat } from "../bytes.ts";
import type { Duplex } from "../channel/duplex.ts";
import { FrameSource } from "../channel/frame_source.ts";
import { RecordOpener } from "../channel/record_opener.ts";
import { trafficKey } from "../channel/traffic_key.ts";
import { Transcript } from "../channel/transcript.ts";
import { encapsulate, generateMlKem } from "../crypto/ml_kem.ts";
import { generateX25519 } from "../crypto/x25519.ts";
import { decodeClientHello, encodeClientHello } from "../wire/client_hello.ts";
import { decodeAuth, encodeAuth } from "../wire/auth.ts";
import { encodeFrame } from "../wire/frame.ts";
import { encodeMessage, MESSAGE_TYPES, padMessages } from "../wire/message.ts";
import { decodeServerHello, encodeServerHello } from "../wire/server_hello.ts";
import { forgeAuth, type Forgery } from "./forge.ts";
import { sealRaw } from "./seal_raw.ts";
import { type ScheduleValues, scheduleValues } from "./schedule_values.ts";

/** Peers that know the protocol, hold no right key, and try all the same. */

/** What a hostile client still has after its ClientAuth. */
export interface HostileClient {
  readonly frames: FrameSource;
  readonly schedule: ScheduleValues;
}

/** Answers a ClientHello on `duplex`, proving itself with `forgery`. */
export async function hostileServer(
  duplex: Duplex,
  forgery: Forgery,
): Promise<void> {
  const frames = new FrameSource(duplex);
  const clientBytes = (await frames.frame(() => true)).body.slice();
  const hello = decodeClientHello(clientBytes);
  const { ciphertext, secret } = await encapsulate(hello.mlKem);
  const x25519 = await generateX25519();
  const serverBytes = encodeServerHello({
    random: crypto.getRandomValues(new Uint8Array(32)),
    x25519: x25519.publicKey,
    ciphertext,
  });
  const t1 = await new Transcript(clientBytes, serverBytes).hash();
  const { shs } = await scheduleValues({
    mlKemSecret: secret,
    x25519Secret: await x25519.agree(hello.x25519),
    t1,
    t3: t1,
  });
  const payload = await forgeAuth({
    role: "server",
    before: concat(clientBytes, serverBytes),
    finishedKey: shs.finishedKey,
  }, forgery);
  const message = encodeMessage(MESSAGE_TYPES.serverAuth, payload);
  await duplex.write(encodeFrame(serverBytes));
  await duplex.write(await sealRaw(shs.secret, padMessages(message)));
}

/** Greets a server on `duplex` and proves itself with `forgery`. */
export async function hostileClient(
  duplex: Duplex,
  forgery: Forgery,
): Promise<HostileClient> {
  const [x25519, mlKem] = [await generateX25519(), await generateMlKem()];
  const clientBytes = encodeClientHello({
    random: crypto.getRandomValues(new Uint8Array(32)),
    x25519: x25519.publicKey,
    mlKem: mlKem.publicKey,
  });
  await duplex.write(encodeFrame(clientBytes));
  const frames = new FrameSource(duplex);
  const serverBytes = (await frames.frame(() => true)).body.slice();
  const hello = decodeServerHello(serverBytes);
  const secrets = {
    mlKemSecret: await mlKem.decapsulate(hello.ciphertext),
    x25519Secret: await x25519.agree(hello.x25519),
    t1: await new Transcript(clientBytes, serverBytes).hash(),
  };
  const early = await scheduleValues({ ...secrets, t3: secrets.t1 });
  const opener = new RecordOpener(await trafficKey(early.shs.secret));
  const plaintext = await opener.open(await frames.frame(() => true));
  const serverAuth = encodeAuth("server", decodeAuth("server", plaintext));
  const before = concat(clientBytes, serverBytes, serverAuth);
  const payload = await forgeAuth(
    { role: "client", before, finishedKey: early.chs.finishedKey },
    forgery,
  );
  const message = encodeMessage(MESSAGE_TYPES.clientAuth, payload);
  await duplex.write(await sealRaw(early.chs.secret, padMessages(message)));
  const t3 = await new Transcript(before, message).hash();
  return { frames, schedule: await scheduleValues({ ...secrets, t3 }) };
}

/** The next frame as bytes, or `undefined` at the end of the stream. */
export async function nextFrame(
  frames: FrameSource,
): Promise<Bytes | undefined> {
  try {
    const { header, body } = await frames.frame(() => true);
    return concat(header, body);
  } catch {
    return undefined;
  }
}
