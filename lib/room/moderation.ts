import { MAX_BANS_PER_PAGE } from "../protocol/limits.ts";
import type { MessageOfKind } from "../protocol/messages.ts";
import { lobbyOf, roomsOf, unbelong } from "./belonging.ts";
import type { Effect } from "./house_event.ts";
import { end, endAll } from "./leaving.ts";
import { pages } from "./listing.ts";
import { requireMayTouch, requireRole } from "./permission.ts";
import { done, refuseError } from "./refusal.ts";
import { banOf, banText, isInForce, isRetirement } from "./rights.ts";
import { apply, rule, type Ruling } from "./ruling.ts";
import { type Target, targetOf } from "./target.ts";
import type { PersonTurn } from "./turn.ts";

/** Mutes and bans that are listed; all of them could be more than a queue holds. */
export const MAX_LISTED_SANCTIONS = 1_000;

type Moderate = MessageOfKind<"moderate">;

/**
 * Carries out what operators may do to others. It is stored before anything else
 * happens: when that fails, nothing has changed.
 */
export function moderate(
  request: Moderate,
  turn: PersonTurn,
): readonly Effect[] {
  const { house } = turn;
  const { id, verb } = request;
  try {
    const least = verb === "op" || verb === "deop" ? "owner" : "operator";
    requireRole(turn, { what: verb, least });
    const target = targetOf(request, house);
    requireMayTouch(target, verb, turn);
    const ruling = rule(request, target, turn);
    const { changes } = ruling;
    if (verb !== "kick" && changes.length === 0) return [done(id, turn)];
    if (changes.length > 0) house.settings.history.append([], changes);
    for (const change of changes) apply(change, house);
    return [
      tell(request, { target, ruling }, turn),
      ...endThose(request, target, turn),
      ...verb === "ban" && ruling.until === null ? takeOut(target, turn) : [],
      // Again, in place of what may still wait to be saved of the same things.
      ...changes.map((change): Effect => ({ kind: "save", change })),
      done(id, turn),
    ];
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
}

/** Who is banned for good belongs to no room any more but the lobby. */
function takeOut(target: Target, { house }: PersonTurn): readonly Effect[] {
  if (target.kind !== "identity") return [];
  return roomsOf(target.owner, house)
    .filter(({ number }) => number !== 0)
    .map((room) => unbelong(target.owner, room, house));
}

/** Who is muted or banned, the newest first, for operators. */
export function listBans(id: number, turn: PersonTurn): readonly Effect[] {
  const { house, session, at } = turn;
  try {
    requireRole(turn, { what: "list bans", least: "operator" });
  } catch (error) {
    return [refuseError(error, id, turn)];
  }
  const bans = [...house.sanctions.values()]
    .filter((sanction) => isInForce(sanction, at) && !isRetirement(sanction))
    .sort((a, b) => b.at - a.at)
    .slice(0, MAX_LISTED_SANCTIONS)
    .map(({ kind, ...rest }) => ({ sanction: kind, ...rest }));
  return pages(bans, MAX_BANS_PER_PAGE, (bans, more) => ({
    kind: "reply",
    session: session.id,
    message: { kind: "bans", id, more, bans },
  }));
}

/** Tells everybody; an address is somebody's own affair, and stays unnamed. */
function tell(
  { verb }: Moderate,
  { target, ruling }: { readonly target: Target; readonly ruling: Ruling },
  { house, person, at }: PersonTurn,
): Effect {
  const { name, fingerprint } = person;
  const { until } = ruling;
  const whom = target.kind === "addresses" ? { subject: "", target: null } : {
    subject: target.name || target.subject,
    target: Uint8Array.fromHex(target.owner),
  };
  return {
    kind: "pass",
    room: lobbyOf(house),
    entry: { kind: "moderated", at, name, fingerprint, verb, until, ...whom },
  };
}

/** Ends the sessions of those who may not be here any more. */
function endThose(
  { verb }: Moderate,
  target: Target,
  turn: PersonTurn,
): readonly Effect[] {
  if (verb === "kick" && target.kind === "identity") {
    const text = `${turn.person.name} has shown you out`;
    return endAll(target.owner, { why: "kicked", text }, turn);
  }
  // Who is an operator no more may be at an address that is banned.
  return verb === "ban" || verb === "deop" ? endBanned(turn) : [];
}

function endBanned(turn: PersonTurn): readonly Effect[] {
  const sessions = [...turn.house.sessions.values()]
    .filter((session) => !session.console);
  return sessions.flatMap((session) => {
    const ban = banOf(session, turn);
    if (ban === undefined) return [];
    return end("banned", banText(ban), { ...turn, session });
  });
}
