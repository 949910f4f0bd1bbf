import { sha256Sync } from "../../lib/crypto/sha256_sync.ts";
import type { LeaveReason } from "../../lib/protocol/entry.ts";
import { createHouse } from "../../lib/room/furnish.ts";
import { Hall } from "../../lib/room/hall.ts";
import type { History } from "../../lib/room/history.ts";
import type { House } from "../../lib/room/house.ts";
import type {
  HouseEvent,
  ProvenIdentity,
  SessionId,
} from "../../lib/room/house_event.ts";
import type { RoomLimits } from "../../lib/room/room_limits.ts";
import { TailSpace } from "../../lib/room/tail_space.ts";
import { frameMessage, unframe } from "../../server/framing.ts";
import { survive } from "./crash.ts";
import type { Random } from "./random.ts";
import type { Sabotage } from "./sabotage.ts";
import { ServerEnd, type ServerEndOptions } from "./server_end.ts";
import type { VirtualTime } from "./virtual_time.ts";
import type { Upward } from "./virtual_wire.ts";

/** How a server is set up. */
export interface ServerSettings {
  readonly newcomerLines: number;
  readonly limits: Partial<RoomLimits>;
  /** Chunks of all tails. */
  readonly chunks: number;
  /** Longest turn of its event loop, in milliseconds. */
  readonly turn: number;
}

/** What it runs on. */
export interface ServerHost {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly sabotage: Sabotage;
  /** How far its clock is from the right time, in milliseconds. */
  readonly skew: number;
}

/** One life of a server, from its start to its end: the glue of `server.ts`. */
export class VirtualServer {
  readonly #host: ServerHost;
  readonly #house: House;
  readonly #hall: Hall;
  readonly #history: History;
  readonly #ends = new Map<SessionId, ServerEnd>();
  #alive = true;

  constructor(history: History, settings: ServerSettings, host: ServerHost) {
    const { time, random, sabotage } = host;
    this.#host = host;
    this.#history = sabotage.history?.(history) ?? history;
    this.#house = createHouse({
      serverName: "virtual",
      motd: "",
      history: this.#history,
      newcomerLines: settings.newcomerLines,
      limits: settings.limits,
      digest: sha256Sync,
      random: (size) => random.bytes(size),
      unframe,
    });
    this.#hall = new Hall(this.#house, {
      encode: (entry) => frameMessage(sabotage.encoded?.(entry) ?? entry),
      now: () => time.now + host.skew,
      schedule: (run) => {
        time.after(random.below(settings.turn + 1), () => this.#live(run));
      },
      space: new TailSpace(settings.chunks),
    });
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  /** Takes a connection; what happens on it, the caller carries. */
  accept(
    identity: ProvenIdentity,
    wire: Pick<ServerEndOptions, "send" | "onReply">,
  ): ServerEnd {
    const opening = {
      identity,
      address: "192.0.2.1",
      authorized: true,
      console: false,
    };
    const session = this.#hall.seat(opening, (session, feed) => {
      const end = new ServerEnd({
        feed,
        send: (item): void => void (this.#alive && wire.send(item)),
        onReply: (message): void => {
          if (this.#alive) wire.onReply(message);
        },
        onItem: (item): void => this.#live(() => this.#take(session, item)),
        onLost: (): void => this.#live(() => this.#close(session, "cut")),
        acknowledges: (ack) => this.#host.sabotage.acknowledges?.(ack) ?? true,
      });
      this.#ends.set(session, end);
      return end;
    });
    return this.#ends.get(session) as ServerEnd;
  }

  /** Removes old entries. */
  prune(keepLast: number): void {
    this.#live(() => void this.#history.prune({ keepLast }));
  }

  /** Stops as it is told to: everybody hears that it will be back. */
  drain(): void {
    this.#live(() => this.#apply({ kind: "shutdown", restart: true }));
    this.#alive = false;
  }

  /** Ends at once. */
  crash(): void {
    this.#alive = false;
  }

  #live(run: () => void): void {
    if (this.#alive) survive(run);
  }

  #take(id: SessionId, item: Upward): void {
    if (item.kind !== "message") {
      this.#close(id, item.kind === "close" ? "quit" : "error");
      this.#ends.get(id)?.finish();
      return;
    }
    const { message } = item;
    const session = this.#house.sessions.get(id);
    if (session !== undefined) {
      this.#host.sabotage.arriving?.(message, {
        house: this.#house,
        session,
        reply: (answer): void => this.#ends.get(id)?.push(answer),
      });
    }
    this.#hall.apply({ kind: "message", session: id, message });
  }

  #close(session: SessionId, why: LeaveReason): void {
    this.#apply({ kind: "close", session, why });
  }

  #apply(event: HouseEvent): void {
    this.#hall.apply(event);
    this.#hall.flush();
  }
}
