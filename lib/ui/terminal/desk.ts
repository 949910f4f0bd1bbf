import { MAX_TEXT_BYTES } from "../../protocol/limits.ts";
import { answer } from "../answer.ts";
import { commandNames, parseInput } from "../commands.ts";
import type { Vocabulary } from "../completion.ts";
import type { Key } from "../key.ts";
import {
  holdsSecret,
  KEY_IN_THE_OPEN,
  keysOf,
  leaksKey,
} from "../link_secret.ts";
import { misdirected, misdirectedText } from "../misdirected.ts";
import { remarkLines } from "../remark.ts";
import type { Action, LocalRequest, Request, Utterance } from "../request.ts";
import { ROOM_KEYS, roomAt } from "../room_keys.ts";
import type { RoomView } from "../room_view.ts";
import type { Scene } from "../scene.ts";
import type { Line } from "../style.ts";
import { Errands, UP_BRINGS_IT_BACK } from "./errands.ts";
import { LineInput } from "./line_input.ts";
import type { Timer } from "./terminal_io.ts";
import { TypingNotice } from "./typing_notice.ts";

const KEYS_HELP = "Keys: Tab completes, Up recalls, Alt-Enter begins a line, " +
  `Ctrl-C clears or leaves. ${ROOM_KEYS}`;

/** What a desk tells about. */
export interface DeskListener {
  print(lines: readonly Line[]): void;
  warn(text: string): void;
  /** Something that is shown is another now. */
  changed(): void;
  /** Draws the person's attention. */
  ring(): void;
  clearScreen(): void;
  /** @param how Whether what still waits to be shown may be dropped. */
  leave(how: { readonly urgent: boolean }): void;
  /** Something failed that is no `ChatError`: a bug. */
  fail(error: unknown): void;
}

/** Where a person writes: keys come in, what they ask for is seen to. */
export class Desk {
  readonly input: LineInput;
  readonly #scene: Scene;
  readonly #listener: DeskListener;
  readonly #errands: Errands;
  readonly #typing: TypingNotice;
  /** Whether the host was told what leaving means, and did nothing else. */
  #warned = false;
  /** Whether who writes may believe to be in a sealed room. */
  #strayed = false;
  /** A line that begins as if it were for another room, shown to be so. */
  #doubted = "";

  constructor(scene: Scene, timer: Timer, listener: DeskListener) {
    this.#scene = scene;
    this.#listener = listener;
    this.input = new LineInput(scene.views.current.room);
    this.#typing = new TypingNotice(scene.conversation);
    this.#errands = new Errands(scene, timer, {
      print: (lines): void => listener.print(lines),
      warn: (text): void => listener.warn(text),
      strayed: (): void => void (this.#strayed = true),
      changed: (): void => this.follow({ carry: true }),
      fail: (error): void => listener.fail(error),
    });
  }

  /** Whether the server takes long. */
  get busy(): boolean {
    return this.#errands.busy;
  }

  /** We are about to leave: what is refused from now on is not told. */
  hush(): void {
    this.#errands.hush();
  }

  /** The connection is lost: nobody waits for what is said then. */
  lost(): void {
    this.#errands.lost();
  }

  /**
   * Puts the line being typed where the scene is.
   *
   * @param options `carry` takes along what was typed on the way there; else it
   * stays behind until we come back.
   */
  follow(options: { readonly carry: boolean }): void {
    const { current } = this.#scene.views;
    if (this.input.room !== current.room) {
      this.input.move(current.room, options);
      if (!current.roster.known || current.doubtful) this.learn();
    }
    this.#listener.changed();
  }

  /** Something was heard: who is in the room may be another question now. */
  heard(): void {
    if (this.#scene.views.current.doubtful) this.learn();
  }

  /** Learns who is in the room, for the status and for Tab. */
  learn(): void {
    this.#scene.learn(this.#scene.views.current).then(
      () => this.#listener.changed(),
      (error) => this.#listener.fail(error),
    );
  }

  /** @param leaving Whether we are on the way out: then it can be urgent only. */
  press(key: Key, { leaving }: { readonly leaving: boolean }): void {
    const { text } = this.input;
    if (isPress(key, "enter")) return this.#submit();
    if (isPress(key, "ctrl-l")) {
      this.#scene.views.forgetShown();
      return this.#listener.clearScreen();
    }
    if (isPress(key, "ctrl-c") && text !== "") return this.input.take();
    if (isPress(key, "ctrl-c") || (isPress(key, "ctrl-d") && text === "")) {
      if (!leaving && !this.#mayLeave()) return;
      const urgent = isPress(key, "ctrl-c") || leaving;
      return this.#listener.leave({ urgent });
    }
    this.#warned = false;
    const { views, link, now } = this.#scene;
    const view = key.kind === "press" ? roomAt(key.name, views) : undefined;
    if (view !== undefined) return this.#go(view);
    if (!this.input.press(key, this.#vocabulary())) this.#tooLong(key);
    else if (this.input.text !== text && !link.lost) {
      this.#typing.typed(this.input.text, views.current, now);
    }
  }

  #tooLong(key: Key): void {
    this.#listener.ring();
    if (key.kind === "text") return;
    this.#listener.warn(
      `Cannot paste that: a message holds ${MAX_TEXT_BYTES} bytes`,
    );
  }

  #vocabulary(): Vocabulary {
    const { views, commands } = this.#scene;
    return {
      commands: commandNames(commands),
      names: views.current.roster.names,
      rooms: views.all.map(({ label }) => label),
    };
  }

  /** Goes to a room; what was being typed stays behind. */
  #go(view: RoomView): void {
    this.#listener.print(this.#scene.go(view));
    this.follow({ carry: false });
  }

  /** A host who leaves closes the rooms: asked twice when others are there. */
  #mayLeave(): boolean {
    const { size } = this.#scene.views.lobby.roster;
    if (!this.#scene.options.hosting || size < 2 || this.#warned) return true;
    this.#warned = true;
    this.#listener.warn(
      `${size} people are here. Leave once more to close the rooms for everybody`,
    );
    return false;
  }

  #submit(): void {
    const { text } = this.input;
    const action = parseInput(text, this.#scene.commands);
    const { conversation, views } = this.#scene;
    const room = views.of(this.input.room);
    if (leaksKey(text, action, { room, keys: keysOf(conversation) })) {
      this.#listener.ring(); // it may be edited
      return this.#listener.warn(KEY_IN_THE_OPEN);
    }
    const doubt = this.#doubtOf(action, room);
    if (doubt !== "" && text !== this.#doubted) {
      this.#doubted = text;
      this.#listener.ring();
      return this.#listener.warn(`${doubt}. Enter once more says it here`);
    }
    this.#doubted = "";
    switch (action.kind) {
      case "nothing":
        return this.input.empty();
      case "mistake":
        this.input.take();
        return this.#listener.warn(
          holdsSecret(text)
            ? action.text
            : `${action.text} ${UP_BRINGS_IT_BACK}`,
        );
      case "quit":
        return this.#quit();
      case "say":
      case "act":
        return this.#say(action);
      case "help":
      case "room":
      case "topic":
      case "outbox":
      case "retry":
      case "discard":
      case "link":
        return this.#answer(action);
      default:
        return this.#ask(action);
    }
  }

  /** Why a line may be meant for another room than this, which the server reads. */
  #doubtOf(action: Action, room: RoomView): string {
    const meant = misdirected(action, room, this.#scene.views);
    if (meant !== undefined) return misdirectedText(meant, room);
    if (action.kind !== "say" && action.kind !== "act") return "";
    const hasStrayed = this.#strayed && !this.#errands.going;
    if (hasStrayed) this.#strayed = false;
    return hasStrayed && !room.sealed
      ? `Not sent: you are still in ${room.label}, which the server can read`
      : "";
  }

  #answer(request: LocalRequest): void {
    this.input.take();
    this.#listener.print(answer(request, this.#scene));
    const isSealed = request.kind === "room" && /^[&@]/.test(request.name);
    if (isSealed && !this.#scene.views.current.sealed) this.#strayed = true;
    if (request.kind === "help") this.#listener.print(remarkLines(KEYS_HELP));
    this.follow({ carry: false });
  }

  #ask(request: Request): void {
    if (this.#errands.ask(request, this.input.room)) this.input.take();
    else this.#tooMuch();
  }

  /** What is typed on the way to a room is for that room, and waits. */
  #say(utterance: Utterance): void {
    if (this.#errands.going) {
      this.#listener.ring();
      return this.#listener.warn(
        "Not sent yet: press Enter again when you are in the other room",
      );
    }
    if (!this.#errands.say(utterance, this.input.room)) return this.#tooMuch();
    this.#typing.sent();
    this.input.take();
  }

  #tooMuch(): void {
    this.#listener.warn("Cannot send more: the server has yet to answer");
  }

  /** After what was entered before; Ctrl-C does not wait for it. */
  #quit(): void {
    this.input.take();
    this.#errands.afterwards(() => this.#listener.leave({ urgent: false }));
    if (this.#scene.link.lost) this.#errands.lost();
  }
}

function isPress(key: Key, name: string): boolean {
  return key.kind === "press" && key.name === name;
}
