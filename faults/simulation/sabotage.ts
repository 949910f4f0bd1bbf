import type { DeviceContent } from "../../lib/member/memory_device_state.ts";
import type { Entry } from "../../lib/protocol/entry.ts";
import type {
  ClientMessage,
  MessageOfKind,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import type { History } from "../../lib/room/history.ts";
import type { House, Session } from "../../lib/room/house.ts";
import type { PlainDisk } from "./plain_sealing.ts";

/** Where something arrives at the server. */
export interface Arrival {
  readonly house: House;
  readonly session: Session;
  /** Sends to whoever it came from, before anything else is done. */
  readonly reply: (message: ServerMessage) => void;
}

/**
 * What is done to a program to see whether that is noticed: every part of it
 * stands between two parts that do not know of it.
 */
export interface Sabotage {
  /** Writes that a crash undoes although they were said to be on the disk. */
  readonly unsynced?: number;
  /** Stands between the hall and its history. */
  readonly history?: (history: History) => History;
  /** What is encoded in place of an entry. */
  readonly encoded?: (entry: Entry) => Entry;
  /** Sees what a client sent before the server does. */
  readonly arriving?: (message: ClientMessage, arrival: Arrival) => void;
  /** Whether an acknowledgement is sent. */
  readonly acknowledges?: (ack: MessageOfKind<"ack">) => boolean;
  /** What is sent in place of what a client sends. */
  readonly sent?: (message: ClientMessage) => ClientMessage;
  /** What a client that starts again finds in place of what it wrote. */
  readonly found?: (content: DeviceContent) => DeviceContent;
  /** What it finds in place of what messages were sealed as. */
  readonly foundSealed?: (disk: PlainDisk) => PlainDisk;
}
