import { createHouse } from "../../lib/room/furnish.ts";
import type { House, HouseSettings } from "../../lib/room/house.ts";
import type { Effect, HouseEvent } from "../../lib/room/house_event.ts";
import type { RoomLimits } from "../../lib/room/room_limits.ts";
import { sanctionKey } from "../../lib/room/rights.ts";
import { fingerprintText } from "../../lib/room/subject.ts";
import { assertEquals } from "../support/assert.ts";
import { Driver, identity } from "./driver.ts";

/** A driver that stores what is to be saved, and can rotate keys. */
export class Renewals extends Driver {
  readonly #settings: readonly [Partial<RoomLimits>, Partial<HouseSettings>];

  constructor(
    limits: Partial<RoomLimits> = {},
    settings: Partial<HouseSettings> = {},
  ) {
    super(limits, settings);
    this.#settings = [limits, settings];
  }

  override apply(event: HouseEvent): readonly Effect[] {
    const effects = super.apply(event);
    const changes = effects.flatMap((effect) =>
      effect.kind === "save" ? [effect.change] : []
    );
    this.history.append([], changes);
    return effects;
  }

  /** Hands over to the `next`th identity; null stands for a bad signature. */
  rotate(
    session: number,
    next: number | null,
    options: { readonly listed?: boolean; readonly id?: number } = {},
  ): readonly Effect[] {
    const { listed = false, id = this.nextId() } = options;
    const heir = next === null ? null : identity(next);
    return this.apply({ kind: "rotate", session, id, next: heir, listed });
  }

  /** Does so and comes back as the next identity. */
  rotated(session: number, next: number): number {
    this.rotate(session, next);
    return this.join(next, null);
  }

  /** Admits somebody besides those who are authorized. */
  admit(n: number): void {
    const owner = identity(n).fingerprint;
    this.house.admitted.add(owner.toHex());
    this.history.append([], [{ kind: "admit", admission: { owner, at: 0 } }]);
  }

  /** Makes somebody an operator. */
  promote(n: number): void {
    const owner = identity(n).fingerprint;
    this.house.roles.set(owner.toHex(), "operator");
    this.history.append([], [{ kind: "role", owner, role: "operator" }]);
  }

  mute(n: number, until: number | null): void {
    this.#sanction("mute", n, until);
  }

  ban(n: number): void {
    this.#sanction("ban", n, null);
  }

  /** What a server would know that begins again now. */
  restarted(): Driver {
    const [limits, settings] = this.#settings;
    return new Driver(limits, { ...settings, history: this.history });
  }

  /** Fails unless that is just what this one knows. */
  assertRemembered(): void {
    const { history } = this;
    assertEquals(
      known(createHouse({ ...this.house.settings, history })),
      known(this.house),
    );
  }

  #sanction(kind: "mute" | "ban", n: number, until: number | null): void {
    const subject = fingerprintText(identity(n).fingerprint);
    const sanction = { kind, subject, name: "", by: "bob", at: 0, until };
    this.house.sanctions.set(sanctionKey(kind, subject), sanction);
    this.history.append([], [{ kind: "sanction", sanction }]);
  }
}

/** Everything of a house that outlives it, in one order. */
function known(house: House): unknown {
  const sorted = (things: Iterable<string>) => [...things].toSorted();
  const rooms = [...house.rooms.values()].map((room) => {
    const { number, type, name, form, creator } = room;
    const members = sorted([...room.members].map((m) => JSON.stringify(m)));
    return { number, type, name, form, creator, members };
  });
  const owners = new Set(
    [...house.rooms.values()].flatMap(({ members }) => [...members.keys()]),
  );
  return {
    rooms,
    forms: sorted(
      [...house.forms].map(([form, { number }]) => `${number} ${form}`),
    ),
    belongings: sorted(house.belongings.keys()),
    names: sorted(
      [...owners].map((owner) =>
        `${owner} ${house.guests.guestOf(owner)?.name.shown}`
      ),
    ),
    sanctions: sorted(
      [...house.sanctions.values()].map((s) => JSON.stringify(s)),
    ),
    admitted: sorted(house.admitted),
    roles: sorted([...house.roles].map(([owner, role]) => `${owner} ${role}`)),
  };
}
