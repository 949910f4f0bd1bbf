import { ChatError } from "../errors.ts";
import { LOBBY, type MadeInvitation } from "../room/conversation.ts";
import { carryOutSealed, removeModerated } from "./carry_out_sealed.ts";
import { banLines, identityLines, peopleLines, roomLines } from "./listing.ts";
import { pastLines } from "./past.ts";
import { linkLines, remarkLines } from "./remark.ts";
import type { Request } from "./request.ts";
import { roomLinkLines } from "./room_link.ts";
import type { RoomView } from "./room_view.ts";
import type { Scene } from "./scene.ts";
import { sealedPeopleLines } from "./sealed_listing.ts";
import type { Line } from "./style.ts";

/**
 * Carries out what needs the server, in the room where it was asked.
 *
 * @param room The number of that room.
 * @returns The lines that answer it.
 * @throws {ChatError} when the server refuses it.
 */
export async function carryOut(
  request: Request,
  room: number,
  scene: Scene,
): Promise<Line[]> {
  const { conversation, transcript, views } = scene;
  switch (request.kind) {
    case "who": {
      const members = await conversation.who(room);
      const view = views.of(room);
      view.roster.reset(members);
      const { label, sealed } = view;
      if (!sealed) return peopleLines(members, label, transcript);
      const status = conversation.sealed.status(room);
      return sealedPeopleLines(members, { status, label, transcript });
    }
    case "whois": {
      const found = await conversation.whois(request.subject);
      return identityLines(found, transcript);
    }
    case "join": {
      const label = `#${request.name}`;
      const known = views.named(label);
      if (known !== undefined) return await goBack(known, scene);
      scene.expect(label);
      const sealed = views.named(`&${request.name}`);
      const lines = scene.go(views.add(await conversation.join(request.name)));
      return sealed === undefined ? lines : [
        ...lines,
        ...remarkLines(
          `${label} is another room than ${sealed.label}: the server can read it`,
          { alarm: true },
        ),
      ];
    }
    case "direct":
      return await goBack(await directView(request.subject, scene), scene);
    case "tell": {
      const view = await directView(request.subject, scene);
      scene.answered(view);
      await conversation.say(request.text, view.room);
      return [];
    }
    case "leave":
      if (room === LOBBY) {
        return remarkLines(
          "Everybody is in the lobby; /quit leaves the server",
        );
      }
      return await leave(room, scene);
    case "rooms":
      return roomLines(
        await conversation.listRooms(),
        views.all,
        views.current,
      );
    case "title":
      await conversation.title(request.text, room);
      return [];
    case "history":
    case "search":
      return await pastLines(request, views.of(room), scene);
    case "moderate": {
      const { verb, subject, seconds } = request;
      await conversation.moderate(verb, subject, seconds);
      return verb === "kick" || verb === "ban"
        ? await removeModerated(subject, views.of(room), scene)
        : [];
    }
    case "bans":
      return banLines(await conversation.bans(), transcript);
    case "invite":
      return invitationLines(
        await conversation.invite(request.seconds),
        views.of(room),
        scene,
      );
    default:
      return await carryOutSealed(request, room, scene);
  }
}

/**
 * Looks around in a room that we have just gone to.
 *
 * @returns The lines that tell what is found there.
 */
export async function lookAround(
  { kind }: Request,
  scene: Scene,
): Promise<Line[]> {
  const { current } = scene.views;
  if (kind !== "join" || current.roster.known) return [];
  const members = await scene.learn(current);
  if (members?.length !== 1) return [];
  // Alone in a room without a past: it was not there before.
  const { room, label } = current;
  try {
    const page = await scene.conversation.history(room, { limit: 1 });
    const isNew = page.entries.length === 0 && page.before === null;
    return isNew
      ? remarkLines(`You made ${label}, which anybody may join`)
      : [];
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return []; // nobody asked for it
  }
}

/** Who leaves a sealed room has no keys any more. */
async function leave(room: number, scene: Scene): Promise<Line[]> {
  const { label, sealed, direct } = scene.views.of(room);
  await scene.conversation.leave(room);
  const back = sealed && !direct
    ? remarkLines(`Your keys of ${label} are gone; its link lets you come back`)
    : [];
  return [...scene.part(room), ...back];
}

/** Goes to a room whose past was shown. */
async function goBack(view: RoomView, scene: Scene): Promise<Line[]> {
  await scene.learn(view);
  return scene.go(view);
}

/**
 * The room of us and somebody. The server knows who has a name now; without it,
 * we know with whom we have talked.
 *
 * @throws {ChatError} when the server refuses it, or cannot be asked.
 */
export async function directView(
  subject: string,
  { conversation, link, views }: Scene,
): Promise<RoomView> {
  const known = link.lost ? views.named(`@${subject}`) : undefined;
  return known ?? views.add(await conversation.direct(subject));
}

/** The link is shown, once, to who asked for it; nothing else holds it. */
function invitationLines(
  { secret, until }: MadeInvitation,
  view: RoomView,
  scene: Scene,
): Line[] {
  const { options, transcript } = scene;
  const end = transcript.clock.date(until);
  if (view.sealed && !view.direct) {
    return roomLinkLines(view, scene, { invitation: secret, until: end });
  }
  const link = options.linkFor?.({ invitation: secret }) ??
    `#invite=${secret.toBase64({ alphabet: "base64url", omitPadding: true })}`;
  return linkLines(`This admits one new person, until ${end}:`, link);
}
