import {
  type Admission,
  MAX_ADDRESSES,
  type OwnedName,
  type RegistryChange,
  type RegistryReader,
  type RoleHolder,
  type RoomMember,
  type Sanction,
} from "../room/registry.ts";
import { sumOf } from "./blob_bytes.ts";

/** What a server remembers besides its logs, until the process ends. */
export class MemoryRegistry implements RegistryReader {
  readonly logId: Uint8Array = crypto.getRandomValues(new Uint8Array(16));
  readonly #names = new Map<string, OwnedName>();
  readonly #members = new Map<string, RoomMember>();
  readonly #roles = new Map<string, RoleHolder>();
  readonly #sanctions = new Map<string, Sanction>();
  readonly #admissions = new Map<string, Admission>();
  readonly #sealingKeys = new Map<string, Uint8Array>();
  #addresses: readonly string[] = [];

  *names(): Iterable<OwnedName> {
    yield* [...this.#names.values()].sort((a, b) => a.seen - b.seen);
  }

  *members(): Iterable<RoomMember> {
    yield* [...this.#members.values()];
  }

  *roles(): Iterable<RoleHolder> {
    yield* [...this.#roles.values()];
  }

  *sanctions(): Iterable<Sanction> {
    yield* [...this.#sanctions.values()];
  }

  *admissions(): Iterable<Admission> {
    yield* [...this.#admissions.values()];
  }

  sealingKey(owner: Uint8Array): Uint8Array | undefined {
    return this.#sealingKeys.get(owner.toHex());
  }

  /** Bytes of what identities have it keep. */
  get bytes(): number {
    return sumOf(this.#sealingKeys.values(), ({ length }) => length);
  }

  addresses(): readonly string[] {
    return this.#addresses;
  }

  /** See `History.saveAddresses`. */
  saveAddresses(addresses: readonly string[]): void {
    this.#addresses = addresses.slice(0, MAX_ADDRESSES);
  }

  /** Whether an identity is let in. */
  admits(owner: Uint8Array): boolean {
    return this.#admissions.has(owner.toHex());
  }

  /** Forgets who belongs to a room. */
  forgetRoom(room: number): void {
    for (const [key, member] of this.#members) {
      if (member.room === room) this.#members.delete(key);
    }
  }

  /** Makes a change; the room it is about exists. */
  make(change: RegistryChange): void {
    switch (change.kind) {
      case "name":
        return this.#saveName(change.name);
      case "forget name":
        return this.#forgetName(change.owner.toHex());
      case "member": {
        const { room, owner } = change.member;
        return void this.#members.set(memberKey(room, owner), change.member);
      }
      case "forget member": {
        const { room, owner } = change;
        return void this.#members.delete(memberKey(room, owner));
      }
      case "role":
        return this.#saveRole(change);
      case "sanction": {
        const { kind, subject } = change.sanction;
        return void this.#sanctions.set(`${kind} ${subject}`, change.sanction);
      }
      case "lift":
        return void this.#sanctions.delete(`${change.of} ${change.subject}`);
      case "admit": {
        const { admission } = change;
        return void this.#admissions.set(admission.owner.toHex(), admission);
      }
      case "expel":
        return void this.#admissions.delete(change.owner.toHex());
      case "sealing key": {
        const { owner, key } = change;
        return void this.#sealingKeys.set(owner.toHex(), key.slice());
      }
    }
  }

  #saveName(name: OwnedName): void {
    const named = name.owner.toHex();
    for (const [owner, { form }] of this.#names) {
      if (form === name.form && owner !== named) this.#forgetName(owner);
    }
    this.#names.set(named, name);
  }

  #forgetName(owner: string): void {
    this.#names.delete(owner);
    this.#sealingKeys.delete(owner);
  }

  #saveRole({ owner, role }: RegistryChange & { readonly kind: "role" }): void {
    if (role === null) this.#roles.delete(owner.toHex());
    else this.#roles.set(owner.toHex(), { owner, role });
  }
}

function memberKey(room: number, owner: Uint8Array): string {
  return `${room} ${owner.toHex()}`;
}
