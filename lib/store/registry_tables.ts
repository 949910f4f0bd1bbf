import type {
  Admission,
  Change,
  OwnedName,
  RegistryChange,
  RegistryReader,
  RoleHolder,
  RoomMember,
  Sanction,
} from "../room/registry.ts";
import { AddressTable } from "./address_table.ts";
import { AdmissionTable } from "./admission_table.ts";
import type { Database } from "./database.ts";
import { MemberTable } from "./member_table.ts";
import { NameTable } from "./name_table.ts";
import { RoleTable } from "./role_table.ts";
import { SanctionTable } from "./sanction_table.ts";
import { SealingKeyTable } from "./sealing_key_table.ts";

/**
 * What a server remembers besides its logs. How much, its limits bound, and the
 * quota of the file.
 */
export class RegistryTables implements RegistryReader {
  readonly logId: Uint8Array;
  readonly #names: NameTable;
  readonly #members: MemberTable;
  readonly #roles: RoleTable;
  readonly #sanctions: SanctionTable;
  readonly #admissions: AdmissionTable;
  readonly #addresses: AddressTable;
  readonly #sealingKeys: SealingKeyTable;

  constructor(db: Database) {
    this.logId = logIdOf(db);
    this.#names = new NameTable(db);
    this.#members = new MemberTable(db);
    this.#roles = new RoleTable(db);
    this.#sanctions = new SanctionTable(db);
    this.#admissions = new AdmissionTable(db);
    this.#addresses = new AddressTable(db);
    this.#sealingKeys = new SealingKeyTable(db);
  }

  names(): Iterable<OwnedName> {
    return this.#names.all();
  }

  members(): Iterable<RoomMember> {
    return this.#members.all();
  }

  roles(): Iterable<RoleHolder> {
    return this.#roles.all();
  }

  sanctions(): Iterable<Sanction> {
    return this.#sanctions.all();
  }

  admissions(): Iterable<Admission> {
    return this.#admissions.all();
  }

  sealingKey(owner: Uint8Array): Uint8Array | undefined {
    return this.#sealingKeys.of(owner);
  }

  addresses(): readonly string[] {
    return this.#addresses.all();
  }

  /** See `History.saveAddresses`; within a transaction. */
  saveAddresses(addresses: readonly string[]): void {
    this.#addresses.replace(addresses);
  }

  /** Makes a change, within a transaction. */
  make(change: RegistryChange): void {
    switch (change.kind) {
      case "name":
        this.#sealingKeys.forgetBefore(change.name);
        return this.#names.save(change.name);
      case "forget name":
        this.#sealingKeys.forget(change.owner);
        return this.#names.forget(change.owner);
      case "member":
        return this.#members.save(change.member);
      case "forget member":
        return this.#members.forget(change.room, change.owner);
      case "role":
        return this.#roles.save(change.owner, change.role);
      case "sanction":
        return this.#sanctions.save(change.sanction);
      case "lift":
        return this.#sanctions.lift(change.of, change.subject);
      case "admit":
        return this.#admissions.save(change.admission);
      case "expel":
        return this.#admissions.forget(change.owner);
      case "sealing key":
        return this.#sealingKeys.save(change.owner, change.key);
    }
  }
}

/** Whether a change makes nothing larger, so that it may use the last space. */
export function onlyRemoves(change: Change): boolean {
  switch (change.kind) {
    case "forget name":
    case "forget member":
    case "lift":
    case "expel":
      return true;
    case "role":
      return change.role === null;
    case "name":
    case "member":
    case "sanction":
    case "admit":
    case "hand over":
    case "room":
    case "sealing key":
    case "group info":
      return false;
    case "remove room":
      return true;
  }
}

function logIdOf(db: Database): Uint8Array {
  const row = db.query<{ readonly id: Uint8Array }>("SELECT id FROM log").get();
  if (row === undefined) throw new Error("Cannot open the history: no log id");
  return row.id;
}
