/** How many connections may be open; the policy at each bound is below. */
export interface GateLimits {
  /** All together. Half-open ones make room first; then newcomers wait. */
  readonly connections: number;
  /** Established ones of one address (IPv6: one /64). More are refused. */
  readonly perAddress: number;
  /** Half-open ones. At the bound the oldest is cut in favour of the newest. */
  readonly halfOpen: number;
  /** Half-open ones of one address, with the same policy. */
  readonly halfOpenPerAddress: number;
}

/**
 * Unless told otherwise. Half-open ones are many, because after a restart all
 * the people behind one address come back at the same moment.
 */
export const DEFAULT_GATE_LIMITS: GateLimits = {
  connections: 4096,
  perAddress: 64,
  halfOpen: 2048,
  halfOpenPerAddress: 1024,
};

/** One connection that was let through the gate. */
export interface Ticket {
  /** The peer has said something: those that have not are cut before it. */
  greet(): void;
  /**
   * The handshake held: counts as established from now on.
   *
   * @returns false when its address has enough of those; leave then.
   */
  establish(): boolean;
  /** The connection is closed. Idempotent. */
  leave(): void;
}

interface HalfOpen {
  readonly key: string;
  readonly cut: () => void;
}

/**
 * Counts connections. A real handshake takes milliseconds, so whoever holds
 * half-open connections pushes out nobody but other half-open ones: the
 * silent first, then the oldest. Only thousands of new ones a second, which
 * take real handshakes down with them, can keep others out.
 */
export class Gate {
  readonly #limits: GateLimits;
  // Both oldest first. Whoever said something has cost us an answer already.
  readonly #silent = new Set<HalfOpen>();
  readonly #greeted = new Set<HalfOpen>();
  readonly #halfOpenOf = new Map<string, number>();
  readonly #establishedOf = new Map<string, number>();
  #established = 0;

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /** Connections whose handshake is not finished. */
  get halfOpen(): number {
    return this.#silent.size + this.#greeted.size;
  }

  /** Connections whose handshake held. */
  get established(): number {
    return this.#established;
  }

  /**
   * Lets a new connection in.
   *
   * @param address IP address of the peer.
   * @param cut Closes the connection, when it must make room for a newer one.
   * @returns `undefined` when all connections are taken by established ones.
   */
  enter(address: string, cut: () => void): Ticket | undefined {
    const limits = this.#limits;
    const key = addressKey(address);
    if ((this.#halfOpenOf.get(key) ?? 0) >= limits.halfOpenPerAddress) {
      this.#cutOldest((each) => each.key === key);
    } else if (
      this.halfOpen >= limits.halfOpen ||
      this.halfOpen + this.#established >= limits.connections
    ) {
      if (!this.#cutOldest(() => true)) return undefined;
    }
    const entry = { key, cut };
    this.#silent.add(entry);
    add(this.#halfOpenOf, key, 1);
    return this.#ticket(entry);
  }

  /** Cuts the half-open connection that matters least, if there is one. */
  makeRoom(): void {
    this.#cutOldest(() => true);
  }

  /** Cuts every connection whose handshake is not finished. */
  cutHalfOpen(): void {
    while (this.#cutOldest(() => true));
  }

  #ticket(entry: HalfOpen): Ticket {
    let state: "half-open" | "established" | "left" = "half-open";
    return {
      greet: (): void => {
        if (this.#silent.delete(entry)) this.#greeted.add(entry);
      },
      establish: (): boolean => {
        const { key } = entry;
        if (state !== "half-open" || !this.#drop(entry)) return false;
        state = "left";
        const others = this.#establishedOf.get(key) ?? 0;
        if (others >= this.#limits.perAddress) return false;
        state = "established";
        add(this.#establishedOf, key, 1);
        this.#established += 1;
        return true;
      },
      leave: (): void => {
        if (state === "half-open") this.#drop(entry);
        if (state === "established") {
          add(this.#establishedOf, entry.key, -1);
          this.#established -= 1;
        }
        state = "left";
      },
    };
  }

  #cutOldest(matches: (entry: HalfOpen) => boolean): boolean {
    for (const entries of [this.#silent, this.#greeted]) {
      for (const entry of entries) {
        if (!matches(entry)) continue;
        this.#drop(entry);
        entry.cut();
        return true;
      }
    }
    return false;
  }

  #drop(entry: HalfOpen): boolean {
    const held = this.#silent.delete(entry) || this.#greeted.delete(entry);
    if (held) add(this.#halfOpenOf, entry.key, -1);
    return held;
  }
}

/** Whoever has one IPv6 address has its whole /64; IPv4 may come mapped. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("%", 1)[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(gap).fill("0"), ...right];
  return groups.slice(0, 4).map((group) => parseInt(group, 16).toString(16))
    .join(":") + "::/64";
}

function add(counts: Map<string, number>, key: string, delta: number): void {
  const count = (counts.get(key) ?? 0) + delta;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
