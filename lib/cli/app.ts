import type { AccessList } from "../identity/access_list.ts";
import type { Address } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import type { PublicIdentity } from "../identity/public_identity.ts";
import type { Conversation } from "../room/conversation.ts";
import type { AskName } from "../room/membership.ts";

/** A joined conversation, as far as commands look at it. */
export interface JoinedRoom extends Conversation {
  readonly server: PublicIdentity;
  readonly motd: string;
  readonly present: number;
}

/** A running server, as far as commands look at it. */
export interface HostedRoom {
  readonly host: string;
  readonly port: number;
  console(name: string): Promise<Conversation>;
  authorize(authorized: AccessList | undefined): void;
  close(): Promise<void>;
}

/** What {@linkcode App.connect} is told. */
export interface JoinRequest extends Address {
  readonly identity: Identity;
  readonly pins: readonly Fingerprint[];
  readonly name?: string;
  readonly askName?: AskName;
  readonly onStep: (step: "connected" | "hello" | "verified" | "ready") => void;
  readonly signal: AbortSignal;
}

/** What {@linkcode App.serve} is told. */
export interface HostRequest {
  readonly host: string;
  readonly port: number;
  readonly identity: Identity;
  readonly name: string;
  readonly motd: string;
  readonly authorized?: AccessList;
  readonly limits: {
    readonly connections: number;
    readonly perAddress: number;
    readonly messagesPerSecond: number;
    readonly messageBurst: number;
  };
  readonly onFailure: (failure: {
    readonly address: string;
    readonly code: string;
    readonly message: string;
  }) => void;
}

/**
 * Client and server as commands reach them. They are glue above `lib/`, so the
 * top level hands them in (`program.ts`).
 */
export interface App {
  connect(request: JoinRequest): Promise<JoinedRoom>;
  inspect(
    address: Address,
    options: { readonly signal: AbortSignal },
  ): Promise<PublicIdentity>;
  serve(request: HostRequest): HostedRoom;
}
