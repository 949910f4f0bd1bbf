import { ChatError } from "../../lib/errors.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

/** Asserts that `action` throws a `CHAT_PROTOCOL` that quotes no peer. */
export function assertMalformed(action: () => unknown): void {
  const error = assertThrows(action, ChatError);
  assertEquals(error.code, "CHAT_PROTOCOL");
}
