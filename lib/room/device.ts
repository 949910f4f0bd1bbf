import type { Append } from "./batch.ts";
import type { Sender } from "./history.ts";
import type { Device, House, Session } from "./house.ts";

/**
 * Finds what the device of a session has sent; two sessions may claim the same
 * one, at a time or one right after the other.
 */
export function takeDevice(
  session: Session,
  sender: Sender,
  house: House,
): Device {
  const key = keyOf(sender);
  const device = house.devices.get(key) ?? {
    last: house.settings.history.lastNumber(sender) ?? 0,
    sessions: 0,
    pending: 0,
  };
  device.sessions += 1;
  house.devices.set(key, device);
  session.sender = sender;
  session.device = device;
  return device;
}

/** Notes that a session is over. */
export function leaveDevice({ sender, device }: Session, house: House): void {
  if (sender === null || device === null) return;
  device.sessions -= 1;
  forgetIdle(sender, device, house);
}

/** Notes that something is to be stored. */
export function begin({ room, sent }: Append): void {
  room.pending += 1;
  if (sent !== undefined) sent.device.pending += 1;
}

/** Notes that it was stored, or refused. */
export function settle({ room, sent }: Append, house: House): void {
  room.pending -= 1;
  if (sent === undefined) return;
  sent.device.pending -= 1;
  forgetIdle(sent.sender, sent.device, house);
}

function forgetIdle(sender: Sender, device: Device, house: House): void {
  if (device.sessions > 0 || device.pending > 0) return;
  house.devices.delete(keyOf(sender));
}

function keyOf({ fingerprint, device }: Sender): string {
  return `${fingerprint.toHex()} ${device.toHex()}`;
}
