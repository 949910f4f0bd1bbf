import { addRoom, belong } from "./belonging.ts";
import { Budget } from "./budget.ts";
import { emptyHouse, type House, type HouseSettings } from "./house.ts";
import { tryParseName } from "./name.ts";
import { sanctionKey } from "./rights.ts";

/**
 * Builds a house and everything in it that its history remembers.
 *
 * @throws {RangeError} when a limit is not a finite number above 0.
 * @throws {ChatError} `CHAT_STORE_DAMAGED` when the history cannot be read.
 */
export function createHouse(settings: HouseSettings): House {
  const house = emptyHouse(settings);
  const { history } = settings;
  for (const record of history.rooms()) addRoom(record, house);
  for (const { owner, shown } of history.names()) {
    const name = tryParseName(shown);
    if (name === null) continue; // stricter rules than when it was stored
    const id = owner.toHex();
    if (house.guests.judge(id, name) !== "free") continue;
    house.guests.remember(id, { name, budget: new Budget(house.limits, 0) });
  }
  for (const { room: number, owner, ...place } of history.members()) {
    const room = house.rooms.get(number);
    if (room === undefined) continue;
    belong(owner.toHex(), room, { house, place });
  }
  for (const { owner, role } of history.roles()) {
    house.roles.set(owner.toHex(), role);
  }
  for (const sanction of history.sanctions()) {
    house.sanctions.set(sanctionKey(sanction.kind, sanction.subject), sanction);
  }
  for (const { owner } of history.admissions()) {
    house.admitted.add(owner.toHex());
  }
  return house;
}
