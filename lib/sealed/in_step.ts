import type { ClientState } from "ts-mls/clientState.js";
import { ChatError } from "../errors.ts";
import type { RoomState } from "./room_state.ts";

/** Whether a device is in the group of its room. */
export type RoomStanding = "member" | "joining" | "excluded";

/** A state with a group. */
export type GroupState = RoomState & { readonly group: ClientState };

export function standingOf({ excluded, group }: RoomState): RoomStanding {
  if (excluded) return "excluded";
  return group === undefined ? "joining" : "member";
}

/** @throws {ChatError} `CHAT_SEAL_OUT_OF_STEP` when we are in no group. */
export function requireGroup(state: RoomState): GroupState {
  const { group } = state;
  if (group !== undefined) return { ...state, group };
  throw outOfStep(`this device is ${standingOf(state)}`);
}

/**
 * @param isSettled Whether all that the server has was read.
 * @throws {ChatError} `CHAT_SEAL_OUT_OF_STEP` when our keys may not be used.
 */
export function requireInStep(
  state: RoomState,
  isSettled: boolean,
): GroupState {
  const inGroup = requireGroup(state);
  if (state.stale) throw outOfStep("an old backup was restored");
  if (!isSettled) throw outOfStep("what was missed is not read yet");
  return inGroup;
}

function outOfStep(found: string): ChatError {
  return new ChatError(
    "CHAT_SEAL_OUT_OF_STEP",
    `Cannot use keys of sealed room: ${found}`,
  );
}
