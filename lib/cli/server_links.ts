import { ChatError } from "../errors.ts";
import { type Address, parseAddress } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { makeLink, parseTarget, type Target } from "../identity/target.ts";
import { reachableHosts } from "./reachable.ts";

/**
 * Where a server that listens at an address of this machine can be reached.
 *
 * @param pins Its key, and the next one if it has been prepared.
 */
export function serverTargets(
  { host, port }: Address,
  ...pins: readonly Fingerprint[]
): readonly Target[] {
  return reachableHosts(host, Deno.networkInterfaces())
    .map((host) => ({ host, port, pins }));
}

/** Links to hand out, as a history remembers them. */
export function serverLinks(
  address: Address,
  ...pins: readonly Fingerprint[]
): readonly string[] {
  return serverTargets(address, ...pins).map(makeLink);
}

/**
 * Where a server was to be reached when it last said so, or at `host` with its
 * pins, and with its port where `host` names none.
 *
 * @param links What a history remembers.
 * @throws {ChatError} `CHAT_USAGE` when it remembers nothing, or
 * `CHAT_ADDRESS_INVALID` for `host`.
 */
export function rememberedTargets(
  links: readonly string[],
  host: string | undefined,
): readonly Target[] {
  const targets = links.map(parseTarget);
  const [best] = targets;
  if (best === undefined) {
    throw new ChatError(
      "CHAT_USAGE",
      "Cannot invite: the server has not said yet where it is; start it once",
    );
  }
  if (host === undefined) return targets;
  const named = parseAddress(host);
  const hasPort = /:\d+$/.test(host); // not within brackets
  return [{ ...best, ...named, ...hasPort ? {} : { port: best.port } }];
}
