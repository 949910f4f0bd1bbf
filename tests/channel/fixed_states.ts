import {
  ExpectReady,
  ExpectServerAuth,
} from "../../lib/channel/client_handshake.ts";
import { finishedKey, KeySchedule } from "../../lib/channel/key_schedule.ts";
import { RecordOpener } from "../../lib/channel/record_opener.ts";
import { RecordSealer } from "../../lib/channel/record_sealer.ts";
import { ExpectClientAuth } from "../../lib/channel/server_handshake.ts";
import type { Session } from "../../lib/channel/session.ts";
import { trafficKey } from "../../lib/channel/traffic_key.ts";
import { Transcript } from "../../lib/channel/transcript.ts";
import { fixedHandshake } from "../../tools/vectors/handshake.ts";

/** The handshake of `tests/vectors/handshake.json`. */
export const FIXED = await fixedHandshake();

const { t1, chs, shs, up, down } = FIXED.schedule;
const HELLOS = new Transcript(FIXED.clientHello, FIXED.serverHello);
const SCHEDULE = await KeySchedule.from({
  mlKem: FIXED.schedule.mlKemSecret.slice(),
  x25519: FIXED.schedule.x25519Secret.slice(),
});
const FINISHED = {
  server: await finishedKey(shs.secret, t1),
  client: await finishedKey(chs.secret, t1),
};

/** Keys of the fixed handshake, by who seals with them and when. */
export const KEYS = {
  shs: await trafficKey(shs.secret),
  chs: await trafficKey(chs.secret),
  up: await trafficKey(up.secret),
  down: await trafficKey(down.secret),
};

// States are used once, and a handshake takes milliseconds: these make the
// state after each step of the fixed handshake anew, in microseconds.

/** The client after the fixed ServerHello. */
export function expectServerAuth(): ExpectServerAuth {
  return new ExpectServerAuth({
    schedule: SCHEDULE,
    transcript: HELLOS,
    serverFinished: FINISHED.server,
    clientFinished: FINISHED.client,
    opener: new RecordOpener(KEYS.shs),
    sealer: new RecordSealer(KEYS.chs),
  });
}

/** The server after the fixed ClientHello and its answer. */
export function expectClientAuth(): ExpectClientAuth {
  return new ExpectClientAuth({
    server: FIXED.server.publicKey,
    schedule: SCHEDULE,
    opener: new RecordOpener(KEYS.chs),
    context: {
      role: "client",
      transcript: HELLOS.with(FIXED.serverAuth.message),
      finished: FINISHED.client,
    },
  });
}

/** The client after it sent the fixed ClientAuth. */
export function expectReady(): ExpectReady {
  return new ExpectReady({
    peer: FIXED.sessions.client.peer,
    identity: FIXED.client.publicKey,
    sealer: new RecordSealer(KEYS.up),
    opener: new RecordOpener(KEYS.down),
    exporter: FIXED.sessions.client.exporter,
  });
}

/** The client's end of the channel, from its first record in each direction. */
export function clientSession(): Session {
  return {
    ...FIXED.sessions.client,
    sealer: new RecordSealer(KEYS.up),
    opener: new RecordOpener(KEYS.down),
  };
}

/** The server's end of the channel, from its first record in each direction. */
export function serverSession(): Session {
  return {
    ...FIXED.sessions.server,
    sealer: new RecordSealer(KEYS.down),
    opener: new RecordOpener(KEYS.up),
  };
}
