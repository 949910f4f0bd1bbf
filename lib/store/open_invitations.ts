import type { Invitations, RegistryReader } from "../room/registry.ts";
import { AddressTable } from "./address_table.ts";
import { writeDatabase } from "./history_file.ts";
import { InvitationTable } from "./invitation_table.ts";

/** What a command that invites needs of a history. */
export type Inviter =
  & Disposable
  & Pick<Invitations, "invite">
  & Pick<RegistryReader, "addresses">;

/**
 * Opens the history of a data directory to invite somebody, whether a server
 * uses it at the moment or not.
 *
 * @throws {ChatError} `CHAT_FILE` when there is none or it cannot be written,
 * `CHAT_STORE_UNKNOWN` when its file is of another version or not of chat,
 * `CHAT_STORE_DAMAGED`, or `CHAT_STORE_FULL`.
 */
export function openInvitations(directory: string): Inviter {
  using resources = new DisposableStack();
  const db = resources.use(writeDatabase(directory));
  const invitations = new InvitationTable(db);
  const addresses = new AddressTable(db);
  const owned = resources.move();
  return {
    invite: (invitation) => invitations.invite(invitation),
    addresses: () => addresses.all(),
    [Symbol.dispose]: () => owned.dispose(),
  };
}
