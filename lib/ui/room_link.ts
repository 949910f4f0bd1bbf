import { qrLines } from "./qr_lines.ts";
import { furtherLine, remarkLines } from "./remark.ts";
import type { RoomView } from "./room_view.ts";
import type { Scene } from "./scene.ts";
import type { Line } from "./style.ts";

/**
 * The link of a sealed room, for its members to hand over: it is shown to who
 * asked for it, and kept nowhere.
 *
 * @param options `invitation` admits one new person to the server as well.
 */
export function roomLinkLines(
  { room, label, direct, info }: RoomView,
  scene: Scene,
  options: {
    readonly invitation?: Uint8Array<ArrayBuffer>;
    readonly until?: string;
  } = {},
): Line[] {
  const { conversation, options: { linkFor } } = scene;
  const key = conversation.sealed.secret(room);
  if (key === undefined || info === undefined) {
    return alarm(
      direct
        ? `${label} is just you two; nobody can be invited`
        : `This device has no keys of ${label}: ask a member for its link`,
    );
  }
  if (linkFor === undefined) {
    return alarm("Nobody told this program the address of the server");
  }
  const { invitation, until } = options;
  const name = info.name === "" ? label.slice(1) : info.name;
  const link = linkFor({
    room: { name, key },
    ...invitation === undefined ? {} : { invitation },
  });
  const admits = until === undefined
    ? ""
    : `; the first with it is admitted to the server, until ${until}`;
  return [
    ...remarkLines(
      `Whoever has this link can join ${label} and read all that is said from ` +
        `then on${admits}. Hand it over in private, in person or by a scan:`,
    ),
    furtherLine([{ text: link }]),
    ...qrLines(link, scene.columns()),
    ...remarkLines(
      "They run `chat connect` and paste it, or type /open LINK here",
    ),
  ];
}

function alarm(text: string): Line[] {
  return remarkLines(text, { alarm: true });
}
