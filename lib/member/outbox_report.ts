import type { ChatError } from "../errors.ts";
import type { ConversationEvent, Outgoing } from "../room/conversation.ts";
import type { Acknowledged } from "./acknowledged.ts";
import type { DeviceState } from "./device_state.ts";
import type { Outbox } from "./outbox.ts";
import type { OutboxListener } from "./outbox_listener.ts";
import type { SealedMessage, Sealing } from "./sealing.ts";
import type { OwnStanding } from "./standing.ts";

/** Who is to know what becomes of our messages. */
export interface OutboxReportOptions {
  readonly acknowledged: Acknowledged;
  readonly standing: OwnStanding;
  readonly state: Pick<DeviceState, "lastNumber">;
  readonly outbox: () => Outbox;
  readonly show: (event: ConversationEvent) => void;
}

/** Tells everybody concerned what becomes of our messages. */
export class OutboxReport implements OutboxListener {
  readonly #options: OutboxReportOptions;

  constructor(options: OutboxReportOptions) {
    this.#options = options;
  }

  /** Messages wait that were entered before this program started. */
  restore(sealing: Sealing): void {
    const { acknowledged, outbox } = this.#options;
    for (const message of outbox().outgoing) {
      const { number, state } = message;
      if (state !== "sending") continue;
      const isHidden = outbox().isHidden(number);
      acknowledged.wait(message, { isOld: true, isHidden });
      const sealed = isHidden ? sealing.sealedAs(number) : undefined;
      if (sealed !== undefined) acknowledged.seal(number, sealed.body);
    }
  }

  changed(message: Outgoing): void {
    const { acknowledged, standing, outbox, show } = this.#options;
    show({ kind: "outgoing", message });
    const { number, state } = message;
    if (state === "sending") {
      const isHidden = outbox().isHidden(number);
      acknowledged.wait(message, { isOld: false, isHidden });
    }
    if (state === "failed") acknowledged.dismiss(number);
    if (state === "sent") standing.heard(number);
  }

  renumbered(number: number, message: Outgoing): void {
    this.#options.acknowledged.renumber(number, message.number);
    this.#options.show({ kind: "outgoing", message });
  }

  sealed(number: number, { body }: SealedMessage): void {
    this.#options.acknowledged.seal(number, body);
  }

  acknowledged(number: number, seq: number): void {
    this.#options.acknowledged.acknowledge(number, seq);
  }

  refused({ code }: ChatError): void {
    // It may have been done after we entered, before we followed the lobby.
    if (code !== "CHAT_MUTED") return;
    const { standing, state } = this.#options;
    standing.suffer("mute", state.lastNumber);
  }

  unnoted({ message }: ChatError): void {
    this.#options.show({ kind: "notice", text: message });
  }
}
