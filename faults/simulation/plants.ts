import { ChatError } from "../../lib/errors.ts";
import type { DeviceContent } from "../../lib/member/memory_device_state.ts";
import type {
  ClientMessage,
  ServerMessage,
} from "../../lib/protocol/messages.ts";
import type { History } from "../../lib/room/history.ts";
import type { Sabotage } from "./sabotage.ts";

/** A fault that is planted to see whether the laws notice it. */
export interface Plant {
  readonly name: string;
  /** A fresh one for each schedule, as it may remember something. */
  readonly make: () => Sabotage;
}

/** Every fault that the laws must notice. */
export const PLANTS: readonly Plant[] = [
  {
    name: "a write is reported before it is on the disk",
    make: () => ({ unsynced: 1 }),
  },
  {
    name: "a message is acknowledged before it is stored",
    make: () => ({ arriving: acknowledge, acknowledges: () => false }),
  },
  {
    name: "what could not be stored is acknowledged and passed on",
    make: () => ({ history: (history) => instead(history, ignoring(history)) }),
  },
  {
    name: "a message is stored again when it comes again",
    make: () => ({
      history: (history) => instead(history, forgetful(history)),
    }),
  },
  {
    name: "an entry has the number of the one before",
    make: () => ({
      encoded: (entry) => entry.seq === 5 ? { ...entry, seq: 4 } : entry,
    }),
  },
  {
    name: "an entry that was read is not the one that is stored",
    make: () => {
      let count = 0;
      return {
        encoded: (entry) =>
          entry.kind === "said" && ++count % 10 === 0
            ? { ...entry, text: `${entry.text}!` }
            : entry,
      };
    },
  },
  {
    name: "a room goes on one entry too late",
    make: () => ({ sent: skip(1) }),
  },
  {
    name: "a room goes on one entry too early",
    make: () => ({ sent: skip(-1) }),
  },
  {
    name: "a page of the history leaves an entry out",
    make: () => ({ history: (history) => instead(history, leaky(history)) }),
  },
  {
    name: "a client that starts again numbers what waits anew",
    make: () => ({ found: renumbered }),
  },
  {
    name: "a client that starts again has forgotten what waits",
    make: () => ({ found: (content) => ({ ...content, outbox: [] }) }),
  },
  {
    name: "a client that starts again has forgotten what it sealed",
    make: () => ({ foundSealed: () => new Map() }),
  },
  {
    name: "a client notes entries before it has shown them",
    make: () => ({ found: ahead }),
  },
  {
    name: "what follows a message that has to come again is taken",
    make: () => ({
      arriving: (_message, { session }) => void (session.blocked = null),
    }),
  },
];

function acknowledge(
  message: ClientMessage,
  { house, reply }: {
    readonly house: { readonly rooms: ReadonlyMap<number, { seq: number }> };
    readonly reply: (message: ServerMessage) => void;
  },
): void {
  if (message.kind !== "say" && message.kind !== "act") return;
  const { id, room } = message;
  const seq = (house.rooms.get(room)?.seq ?? 0) + 1;
  reply({ kind: "ack", id, seq, at: 0 });
}

type Methods = Partial<History>;

/** A history, some of whose methods are others. */
function instead(history: History, methods: Methods): History {
  return new Proxy(history, {
    get: (target, name): unknown => {
      const value = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Says that everything was stored, whatever the disk says. */
function ignoring(history: History): Methods {
  return {
    append: (batch, changes): void => {
      try {
        history.append(batch, changes);
      } catch (error) {
        if (!(error instanceof ChatError)) throw error;
      }
    },
  };
}

/** Knows nobody's messages again. */
function forgetful(history: History): Methods {
  return {
    sent: () => undefined,
    lastNumber: () => 0,
    append: (batch, changes): void =>
      history.append(batch.map(({ sent: _, ...entry }) => entry), changes),
  };
}

function leaky(history: History): Methods {
  return {
    read: (room, options) => {
      const page = history.read(room, options);
      const after = options.after + 1;
      if (page.last <= after) return page;
      return { ...history.read(room, { ...options, after }), first: after };
    },
  };
}

function skip(entries: number): (message: ClientMessage) => ClientMessage {
  return (message) =>
    message.kind === "follow" && message.after !== null
      ? { ...message, after: Math.max(0, message.after + entries) }
      : message;
}

function renumbered(content: DeviceContent): DeviceContent {
  const { outbox, lastNumber } = content;
  return {
    ...content,
    outbox: outbox.map((message, index) => ({
      ...message,
      number: lastNumber + 1 + index,
    })),
    lastNumber: lastNumber + outbox.length,
  };
}

function ahead(content: DeviceContent): DeviceContent {
  const positions = content.positions
    .map((position) => ({ ...position, seq: position.seq + 1 }));
  return { ...content, positions };
}
