import { DEFAULT_GATE_LIMITS } from "../../lib/net/gate.ts";
import { ADMISSION_TIMEOUT_MS } from "../../lib/member/admission.ts";
import { ENTER_TIMEOUT_MS } from "../../serve_options.ts";
import * as inbox from "../../lib/channel/inbox.ts";
import * as pump from "../../lib/channel/pump.ts";
import * as recordCounter from "../../lib/channel/record_counter.ts";
import * as address from "../../lib/identity/address.ts";
import * as dial from "../../lib/net/dial.ts";
import * as listen from "../../lib/net/listen.ts";
import * as tcpDuplex from "../../lib/net/tcp_duplex.ts";
import * as watchdog from "../../lib/net/watchdog.ts";
import { GOODBYE_MS } from "../../lib/member/connection.ts";
import * as deviceState from "../../lib/member/device_state.ts";
import * as outbox from "../../lib/member/outbox.ts";
import * as reconnect from "../../lib/member/reconnect.ts";
import * as joinedRooms from "../../lib/member/joined_rooms.ts";
import * as rooms from "../../lib/member/rooms.ts";
import { HELLO_BYTES } from "../../lib/sealed/hello.ts";
import * as sealedLimits from "../../lib/sealed/limits.ts";
import { PUBLISHED_KEY_BYTES } from "../../lib/sealed/sealing_key.ts";
import { MAX_PAST_LINES } from "../../lib/sealing/content.ts";
import * as ownKeys from "../../lib/sealing/own_keys.ts";
import * as refresher from "../../lib/sealing/refresher.ts";
import { REKEY_MS } from "../../lib/sealing/room_actor.ts";
import * as roomChanger from "../../lib/sealing/room_changer.ts";
import * as limits from "../../lib/protocol/limits.ts";
import * as requests from "../../lib/protocol/requests.ts";
import * as budget from "../../lib/room/budget.ts";
import { MAX_DIRECT_INFO_BYTES } from "../../lib/room/group.ts";
import { MAX_DEVICES, SENT_WINDOW } from "../../lib/room/history.ts";
import { DEFAULT_NEWCOMER_LINES } from "../../lib/room/house.ts";
import { MAX_RETIRED } from "../../lib/room/inheritance.ts";
import * as inviting from "../../lib/room/inviting.ts";
import * as moderation from "../../lib/room/moderation.ts";
import * as registry from "../../lib/room/registry.ts";
import { TYPING_MS } from "../../lib/room/reading.ts";
import * as roomRequests from "../../lib/room/requests.ts";
import * as roomLimits from "../../lib/room/room_limits.ts";
import * as ruling from "../../lib/room/ruling.ts";
import * as alert from "../../lib/wire/alert.ts";
import * as auth from "../../lib/wire/auth.ts";
import * as clientHello from "../../lib/wire/client_hello.ts";
import * as frame from "../../lib/wire/frame.ts";
import * as message from "../../lib/wire/message.ts";
import * as padding from "../../lib/wire/padding.ts";
import * as serverHello from "../../lib/wire/server_hello.ts";

/** Every exported constant the documentation may name. */
const CONSTANTS: Readonly<Record<string, unknown>> = {
  ...alert,
  TYPING_MS,
  ALERT_REASON_BYTES: alert.MAX_REASON_BYTES,
  ...auth,
  ...clientHello,
  ...frame,
  ...message,
  ...padding,
  ...serverHello,
  ...inbox,
  ...pump,
  ...recordCounter,
  ...address,
  ...dial,
  ...listen,
  ...tcpDuplex,
  ...watchdog,
  ...sealedLimits,
  HELLO_BYTES,
  PUBLISHED_KEY_BYTES,
  MAX_PAST_LINES,
  REKEY_MS,
  ...ownKeys,
  ...refresher,
  ...roomChanger,
  ...limits, // MAX_REASON_BYTES of application messages
  ...requests,
  ...deviceState,
  ...outbox,
  ...reconnect,
  ...joinedRooms,
  ...rooms,
  ...budget,
  ...roomRequests,
  ...inviting,
  ...moderation,
  ...registry,
  ...ruling,
  ...roomLimits,
  DEFAULT_GATE_LIMITS,
  DEFAULT_NEWCOMER_LINES,
  GOODBYE_MS,
  MAX_DEVICES,
  MAX_DIRECT_INFO_BYTES,
  MAX_RETIRED,
  SENT_WINDOW,
  ENTER_TIMEOUT_MS,
  ADMISSION_TIMEOUT_MS,
};

/** The value of `NAME` or `NAME.field`. */
export function constant(name: string): unknown {
  const [head = "", field] = name.split(".");
  const value = CONSTANTS[head];
  return field === undefined
    ? value
    : (value as Record<string, unknown>)[field];
}
