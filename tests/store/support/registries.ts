import type { History } from "../../../lib/room/history.ts";
import type { Change, RegistryReader } from "../../../lib/room/registry.ts";

/** Fingerprint of the identity that `who` stands for. */
export function identity(who: number): Uint8Array {
  const fingerprint = new Uint8Array(32);
  new DataView(fingerprint.buffer).setUint32(0, who);
  return fingerprint;
}

/** Makes changes on their own. */
export function change(history: History, ...changes: Change[]): void {
  history.append([], changes);
}

/** All that a registry remembers but its log id, each list in one order. */
export function remembered(
  registry: RegistryReader,
): Readonly<Record<string, unknown>> {
  return {
    names: sorted(registry.names()),
    members: sorted(registry.members()),
    roles: sorted(registry.roles()),
    sanctions: sorted(registry.sanctions()),
    admissions: sorted(registry.admissions()),
    addresses: registry.addresses(),
  };
}

function sorted(things: Iterable<unknown>): unknown[] {
  const key = (thing: unknown): string =>
    JSON.stringify(
      thing,
      (_, value) => value instanceof Uint8Array ? value.toHex() : value,
    );
  return [...things].toSorted((a, b) => key(a) < key(b) ? -1 : 1);
}
