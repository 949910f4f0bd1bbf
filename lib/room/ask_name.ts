import type { MessageOfKind } from "../protocol/messages.ts";

/** Asked when the server wants another name; nothing gives up. */
export type AskName = (
  wanted: MessageOfKind<"name_wanted">,
) => Promise<string | undefined>;
