import { ChatError, type ErrorCode } from "../../lib/errors.ts";
import { assertEquals, assertRejects, assertThrows } from "./assert.ts";

/** Asserts that `body` throws a ChatError of this code, and returns it. */
export function assertRefuses(
  code: ErrorCode,
  body: () => unknown,
  includes?: string,
): ChatError {
  const error = assertThrows(body, ChatError, includes);
  assertEquals(error.code, code);
  return error;
}

/** Like {@linkcode assertRefuses} for a promise. */
export async function assertRefusesLater(
  code: ErrorCode,
  body: () => Promise<unknown>,
  includes?: string,
): Promise<ChatError> {
  const error = await assertRejects(body, ChatError, includes);
  assertEquals(error.code, code);
  return error;
}
