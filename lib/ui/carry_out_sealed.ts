import { ChatError } from "../errors.ts";
import { notThere } from "./answer.ts";
import { carryOutVerify } from "./carry_out_verify.ts";
import { shownName } from "./author_spans.ts";
import { findPerson } from "./find_person.ts";
import { fingerprintText } from "./marks.ts";
import { remarkLines } from "./remark.ts";
import type { SealedRequest } from "./request.ts";
import { roomLinkLines } from "./room_link.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { RoomView } from "./room_view.ts";
import type { Scene } from "./scene.ts";
import { digitsLines } from "./sealed_listing.ts";
import type { Line } from "./style.ts";

/** What concerns the keys of the room where it was asked. */
type KeysRequest = Exclude<
  SealedRequest,
  { readonly kind: "seal" | "rejoin" | "open" | "verify" }
>;

/**
 * Carries out what concerns rooms that the server cannot read.
 *
 * @param room The number of the room where it was asked.
 * @returns The lines that answer it.
 * @throws {ChatError} As `SealedRooms`.
 */
export async function carryOutSealed(
  request: SealedRequest,
  room: number,
  scene: Scene,
): Promise<Line[]> {
  switch (request.kind) {
    case "seal":
      return await seal(request.name, scene);
    case "rejoin":
      return await rejoin(request.name, scene);
    case "open":
      return await open(request.link, scene);
    case "verify":
      return await carryOutVerify(request, room, scene);
    default: {
      const view = scene.views.of(room);
      return view.sealed ? await changeKeys(request, view, scene) : alarm(
        `${view.label} is an open room, which the server can read: there are no keys`,
      );
    }
  }
}

/** Makes a room and goes there; its link is shown at once. */
async function seal(name: string, scene: Scene): Promise<Line[]> {
  const { conversation, views } = scene;
  const label = `&${name}`;
  const known = views.named(label);
  if (known !== undefined) {
    return alarm(`There is ${known.label} already; /room ${known.label}`);
  }
  if (conversation.sealed.known(name).length > 0) {
    return alarm(`You have keys of ${label}; /join ${label} goes there`);
  }
  scene.expect(label);
  const view = views.add(await conversation.sealed.create(name));
  return [
    ...scene.go(view),
    ...remarkLines(`You made ${view.label}; the server cannot read it`),
    ...roomLinkLines(view, scene),
  ];
}

/** Of a room that we do not belong to any more, the keys may still be here. */
async function rejoin(name: string, scene: Scene): Promise<Line[]> {
  const { conversation, views } = scene;
  const { sealed } = conversation;
  const label = `&${sanitizeLine(name).slice(0, 64)}`;
  const view = views.named(`&${name}`);
  if (view !== undefined) return scene.go(view);
  const [key, other] = sealed.known(name);
  if (key === undefined) return alarm(notThere(label, conversation));
  if (other !== undefined) {
    return alarm(
      `You have keys of several rooms called ${label}; /open LINK says which`,
    );
  }
  scene.expect(`&${name}`);
  return scene.go(views.add(await sealed.join(name, key)));
}

/** The link is a secret: nothing here quotes it. */
async function open(link: string, scene: Scene): Promise<Line[]> {
  const { conversation, options, views } = scene;
  if (options.readLink === undefined) {
    return alarm("Nobody told this program the address of the server");
  }
  const { name, key } = options.readLink(link);
  scene.expect(`&${name}`);
  const info = await conversation.sealed.join(name, key);
  // Its own name may only be known with the keys, which the status tells of.
  return scene.go(views.add(info.name === "" ? { ...info, name } : info));
}

async function changeKeys(
  request: KeysRequest,
  view: RoomView,
  scene: Scene,
): Promise<Line[]> {
  const { sealed } = scene.conversation;
  const { room, label } = view;
  switch (request.kind) {
    case "digits":
      return digitsLines(sealed.status(room), label);
    case "remove":
      return await remove(request.subject, view, scene);
    case "rekey":
      await sealed.rekey(room);
      return []; // that it was done is told to all
    case "resync":
      await sealed.resync(room);
      return remarkLines(`The current keys of ${label} are taken anew`);
    case "share": {
      const count = await sealed.share(room, request.count);
      return count === 0
        ? remarkLines(`There is nothing to share of ${label}`)
        : remarkLines(
          `You shared ${count === 1 ? "1 line" : `${count} lines`} with ` +
            `everybody who is in ${label} now`,
        );
    }
    case "room_link":
      return roomLinkLines(view, scene);
  }
}

async function remove(
  subject: string,
  view: RoomView,
  scene: Scene,
): Promise<Line[]> {
  if (view.direct) {
    return alarm(`${view.label} is just you two; /leave leaves it`);
  }
  const person = await findPerson(subject, view.room, scene);
  const name = shownName(person);
  await scene.conversation.sealed.remove(
    view.room,
    fingerprintText(person.fingerprint),
  );
  return remarkLines(
    `${name} reads nothing that is said in ${view.label} from now on, but has ` +
      "its link: coming back with it would be shown to all, and /seal makes a room with another link",
  );
}

/**
 * Takes the keys from somebody whom an operator has shown out, as the server
 * cannot.
 *
 * @returns What came of it.
 */
export async function removeModerated(
  subject: string,
  view: RoomView,
  scene: Scene,
): Promise<Line[]> {
  if (!view.sealed || view.direct) return [];
  try {
    return await remove(subject, view, scene);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return alarm(
      `The server has shown them out, but they keep the keys of ${view.label}: ` +
        error.message,
    );
  }
}

function alarm(text: string): Line[] {
  return remarkLines(text, { alarm: true });
}
