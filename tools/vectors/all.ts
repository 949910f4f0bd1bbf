import { applicationVectors } from "./application.ts";
import { fixedHandshake, handshakeVectors } from "./handshake.ts";
import { published } from "./hex.ts";
import { keyScheduleVectors } from "./key_schedule.ts";
import { paddingVectors } from "./padding.ts";
import { recordVectors } from "./records.ts";
import { refusedAuths } from "./refused_auths.ts";
import { refusedFrames } from "./refused_frames.ts";
import { refusedClientHellos, refusedServerHellos } from "./refused_hellos.ts";
import { refusedReadies } from "./refused_readies.ts";
import { refusedStreams } from "./refused_records.ts";
import { safetyNumberVectors } from "./safety_numbers.ts";
import { sealingKeyVectors } from "./sealing_keys.ts";
import { successionVectors } from "./succession.ts";

/** Content of every generated file in `tests/vectors/`, by its name. */
export async function allVectors(): Promise<Record<string, unknown>> {
  const handshake = await fixedHandshake();
  const { up, down } = handshake.schedule;
  const secrets = { secret: up.secret, otherSecret: down.secret };
  return {
    "application.json": applicationVectors(),
    "padding.json": published(paddingVectors()),
    "key_schedule.json": published(
      await keyScheduleVectors(handshake.schedule),
    ),
    "handshake.json": published(
      await handshakeVectors(handshake, [
        ...refusedClientHellos(handshake),
        ...refusedServerHellos(handshake),
        ...refusedFrames("server_auth"),
        ...await refusedAuths(handshake, "server"),
        ...refusedFrames("client_auth"),
        ...await refusedAuths(handshake, "client"),
        ...refusedFrames("ready"),
        ...await refusedReadies(handshake),
      ]),
    ),
    "records.json": published(
      await recordVectors(up.secret, await refusedStreams(secrets)),
    ),
    "safety_numbers.json": published(await safetyNumberVectors()),
    "sealing_keys.json": published(await sealingKeyVectors()),
    "succession.json": published(await successionVectors()),
  };
}
