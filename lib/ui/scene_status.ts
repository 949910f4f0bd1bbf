import type { Row } from "./block.ts";
import { isPending } from "./pending_rows.ts";
import type { Scene } from "./scene.ts";
import { keysStatus } from "./sealed_phase.ts";
import { statusRow } from "./status.ts";

/**
 * The line under the text being written.
 *
 * @param options `busy` is what we wait for, or empty.
 */
export function sceneStatus(
  scene: Scene,
  { columns, busy }: { readonly columns: number; readonly busy: string },
): Row {
  const { conversation, views, transcript, now } = scene;
  const { current } = views;
  const { roster, direct } = current;
  const { lost } = scene.link;
  const failed = conversation.outgoing.filter(({ state }) => (
    state === "failed"
  )).length;
  const waiting = conversation.outgoing.filter((message) => (
    isPending(message, now)
  )).length;
  const absence = lost ? "" : current.absence;
  const sealed = conversation.sealed.status(current.room);
  return statusRow({
    secrecy: current.secrecy,
    ...sealed === undefined ? {} : { keys: keysStatus(sealed, current.label) },
    room: absence === "" ? current.label : `${current.label} (${absence})`,
    people: lost || direct || !roster.known ? null : roster.size,
    ...current.sealed ? { members: roster.members } : {},
    uncounted: roster.uncounted,
    connection: scene.link.status(),
    waiting,
    failed,
    typing: lost ? "" : current.typists.text(now),
    receipt: direct ? current.receipts.text(transcript.clock.time) : "",
    unread: views.all.filter(({ unread }) => unread > 0).map((view) => ({
      label: view.label,
      count: view.unread,
      urgent: view.direct || view.mentioned,
    })),
    busy: waiting > 0 ? "" : busy,
    self: transcript.author(conversation.self),
    server: conversation.serverName,
  }, columns);
}
