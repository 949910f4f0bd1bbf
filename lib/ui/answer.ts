import type { Conversation } from "../room/conversation.ts";
import { helpText } from "./commands.ts";
import { outboxLines } from "./listing.ts";
import { linkLines, remarkLines } from "./remark.ts";
import type { LocalRequest } from "./request.ts";
import { sanitizeLine } from "./sanitize.ts";
import type { Scene } from "./scene.ts";
import type { Line } from "./style.ts";

/** Carries out what needs no server. */
export function answer(request: LocalRequest, scene: Scene): Line[] {
  const { conversation, options, views, label } = scene;
  switch (request.kind) {
    case "help":
      return remarkLines(helpText(scene.commands));
    case "room": {
      const view = views.named(request.name);
      if (view !== undefined) return scene.go(view);
      const name = sanitizeLine(request.name).slice(0, 64);
      const isKept = request.name.startsWith("&") &&
        conversation.sealed.known(request.name.slice(1)).length > 0;
      return alarm(
        isKept
          ? `You are not in ${name} any more, but have its keys; /join ${name} goes there`
          : notThere(name, conversation),
      );
    }
    case "topic": {
      const topic = sanitizeLine(views.current.info?.topic ?? "");
      const where = views.current.label;
      return remarkLines(
        topic === "" ? `${where} has no topic` : `${where}: ${topic}`,
      );
    }
    case "outbox":
      return outboxLines(conversation.outgoing, label, scene.waitsFor);
    case "retry":
      return retry(request.number, scene);
    case "discard":
      return discard(request.number, scene);
    case "link": {
      const link = options.linkFor?.();
      if (link === undefined) {
        return alarm("Nobody told this program the address of the server");
      }
      const { label: here, sealed, direct } = views.current;
      return sealed && !direct
        ? linkLines(
          `This leads to the server, but not into ${here}, whose link /invite gives:`,
          link,
        )
        : linkLines("Hand this out:", link);
    }
  }
}

/** What to do to get to a room that we are not in. */
export function notThere(
  name: string,
  { sealed: { unavailable } }: Pick<Conversation, "sealed">,
): string {
  if (unavailable !== undefined && /^[&@]/.test(name)) {
    return `Cannot go to ${name}: ${unavailable}`;
  }
  if (name.startsWith("@")) {
    return `You have not talked with ${name}; /msg NAME does that`;
  }
  if (name.startsWith("&")) {
    return `You are not in ${name}; /open LINK goes there`;
  }
  return `You are not in #${name.replace(/^#/, "")}; /join ROOM goes there`;
}

function retry(number: number | null, { conversation }: Scene): Line[] {
  const failed = conversation.outgoing.filter((message) => (
    message.state === "failed" && (number ?? message.number) === message.number
  ));
  if (failed.length === 0) {
    return alarm(
      number === null
        ? "Nothing has failed"
        : `No message ${number} has failed; see /outbox`,
    );
  }
  for (const message of failed) conversation.retry(message.number);
  return [];
}

function discard(number: number, { conversation }: Scene): Line[] {
  const found = conversation.outgoing.some((message) => (
    message.number === number
  ));
  if (!found) return alarm(`No message ${number} waits; see /outbox`);
  conversation.discard(number);
  return remarkLines(`Message ${number} is given up`);
}

function alarm(text: string): Line[] {
  return remarkLines(text, { alarm: true });
}
