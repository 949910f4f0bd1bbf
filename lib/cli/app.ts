import type { Bytes } from "../bytes.ts";
import type { ErrorCode } from "../errors.ts";
import type { AccessList } from "../identity/access_list.ts";
import type { Address } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import type { PublicIdentity } from "../identity/public_identity.ts";
import type { Succession } from "../identity/succession.ts";
import type { ServerEvent } from "../metrics/server_event.ts";
import type { ServerMeter } from "../metrics/server_meter.ts";
import type { ServerStatus } from "../metrics/server_status.ts";
import type { DeviceState } from "../member/device_state.ts";
import type { SealingMaker } from "../member/sealing.ts";
import type { Author } from "../protocol/entry.ts";
import type { AskName } from "../room/ask_name.ts";
import type { Conversation } from "../room/conversation.ts";
import type { History } from "../room/history.ts";
import type { Trust } from "../ui/verification.ts";

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
  status(): ServerStatus;
  console(
    name: string,
    options?: { readonly sealing?: SealingMaker },
  ): Promise<Conversation>;
  authorize(authorized: AccessList | undefined): void;
  /** With `restart`, clients are told to come back. */
  close(options?: { readonly restart?: boolean }): Promise<void>;
}

/** What {@linkcode App.connect} is told. */
export interface JoinRequest extends Address {
  readonly identity: Identity;
  readonly pins: readonly Fingerprint[];
  readonly name?: string;
  readonly askName?: AskName;
  /** Secret of an invitation, 16 bytes. */
  readonly invitation?: Bytes;
  /** Closed by who opened it, after the conversation; in memory if left out. */
  readonly state?: DeviceState;
  /** Our side of sealed and direct rooms; in memory if left out. */
  readonly sealing?: SealingMaker;
  /** Told the key that the server, which has proved to be so, will have next. */
  readonly onSuccession?: (
    succession: Succession,
    server: PublicIdentity,
  ) => void;
  /** Told all keys, which gives the conversation away. */
  readonly keyLog?: (line: string) => void;
  readonly onStep: (step: "connected" | "hello" | "verified" | "ready") => void;
  readonly signal: AbortSignal;
}

/** What {@linkcode App.openSealing} is told. */
export interface SealingRequest {
  /** Whose sealed and direct rooms they are. */
  readonly identity: Identity;
  /** The device whose numbers messages of ours have, 16 bytes. */
  readonly device: Bytes;
  /** For this identity and one server; in memory if left out. */
  readonly directory?: string;
  /** Told where what was damaged, or of another identity, is now. */
  readonly onDamage: (renamed: string, why: "damaged" | "foreign") => void;
  /** What members call us; else our name on the server, as it is then. */
  readonly name?: string;
  /** Whether somebody was verified, or shows another key than was. */
  readonly trust: (person: Author) => Trust;
}

/** Opened sealed rooms, for one conversation; disposed of after it. */
export interface OpenSealing extends Disposable {
  readonly maker: SealingMaker;
}

/** What {@linkcode App.bequeath} is told. */
export interface BequestRequest {
  /** For one server; what is there was kept under the key until now. */
  readonly directory: string;
  readonly old: Identity;
  readonly next: Identity;
}

/** What {@linkcode App.handOver} is told. */
export interface HandOverRequest extends Address {
  /** Who we were until now. */
  readonly identity: Identity;
  readonly pins: readonly Fingerprint[];
  /** Our next key. */
  readonly succession: Succession;
  readonly signal: AbortSignal;
}

/** What {@linkcode App.serve} is told. */
export interface HostRequest {
  readonly host: string;
  readonly port: number;
  readonly identity: Identity;
  /** The key that it had before. */
  readonly predecessor?: Fingerprint;
  /** Its next key, to be announced. */
  readonly succession?: Succession;
  readonly name: string;
  readonly motd: string;
  readonly authorized?: AccessList;
  readonly owners: readonly Fingerprint[];
  /** Closed by who opened it, after the server. */
  readonly history: History;
  readonly newcomerLines: number;
  readonly retention: {
    readonly maxAgeMs?: number | undefined;
    readonly maxBytes?: number | undefined;
  };
  readonly limits: {
    readonly connections: number;
    readonly perAddress: number;
    readonly messagesPerSecond: number;
    readonly messageBurst: number;
  };
  readonly onFailure: (failure: {
    readonly address: string;
    readonly code: ErrorCode;
    readonly message: string;
  }) => void;
  readonly onEvent: (event: ServerEvent) => void;
  /** Whether that is told of each sealed message. */
  readonly showCiphertext: boolean;
  readonly meter?: ServerMeter;
}

/** Where the status of a server can be asked for, and what is answered. */
export interface StatusRequest {
  readonly host: string;
  readonly port: number;
  /** Whether it may be reachable from other machines. */
  readonly anywhere: boolean;
  /** Metrics in the text format of Prometheus, and the type of that text. */
  readonly metrics: () => Promise<string>;
  readonly metricsType: string;
  /** Told how late a timer was, in milliseconds, several times a second. */
  readonly onDelay: (ms: number) => void;
  readonly health: () => ServerStatus["state"];
}

/** An open status listener. */
export interface StatusPage extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/**
 * Client and server as commands reach them. They are glue above `lib/`, so the
 * top level hands them in (`program.ts`).
 */
export interface App {
  connect(request: JoinRequest): Promise<JoinedRoom>;
  /**
   * Opens what a device keeps of sealed rooms.
   *
   * @throws {ChatError} `CHAT_DEVICE_IN_USE` when another process has it, and what
   * opening files throws.
   */
  openSealing(request: SealingRequest): Promise<OpenSealing>;
  /**
   * Makes what a device keeps under one key of its owner the next key's, as far as
   * it is not: sealed rooms, and what waits to be sealed.
   *
   * @throws {ChatError} `CHAT_DEVICE_IN_USE` when another process has it, and what
   * changing files throws: done again, it goes on.
   */
  bequeath(request: BequestRequest): Promise<void>;
  handOver(request: HandOverRequest): Promise<void>;
  inspect(
    address: Address,
    options: { readonly signal: AbortSignal },
  ): Promise<PublicIdentity>;
  serve(request: HostRequest): HostedRoom;
  status(request: StatusRequest): StatusPage;
}
