import type { Bytes } from "../bytes.ts";
import { formatAddress } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { makeLink } from "../identity/target.ts";
import { wordsOf } from "../identity/words.ts";
import type { HostedRoom } from "./app.ts";
import type { Io } from "./io.ts";
import { countKeys } from "./log_line.ts";
import { printable } from "./printable.ts";
import { reachableHosts } from "./reachable.ts";

/** Says where the server listens, who it is, and what to hand out. */
export function announce(
  { host, port }: Pick<HostedRoom, "host" | "port">,
  fingerprint: Fingerprint,
  io: Pick<Io, "out">,
): void {
  io.out(`Listening on ${formatAddress({ host, port })}`);
  io.out("");
  io.out(`  fingerprint  ${fingerprint}`);
  io.out(`  words        ${wordsOf(fingerprint).join(" ")}`);
  io.out("");
  io.out("Hand out one of these lines:");
  for (const reachable of reachableHosts(host, Deno.networkInterfaces())) {
    const address = { host: reachable, port };
    const link = makeLink({ ...address, pins: [fingerprint] });
    io.out(`  chat connect ${formatAddress(address)} --pin ${fingerprint}`);
    io.out(`  chat connect '${link}'`);
  }
  io.out("");
}

/** Links to the best address of a server, with an invitation if there is one. */
export function linksTo(
  { host, port }: { readonly host: string; readonly port: number },
  fingerprint: Fingerprint,
): (invitation?: Bytes) => string {
  return (invitation) => {
    const [best = host] = reachableHosts(host, Deno.networkInterfaces());
    return makeLink({
      host: best,
      port,
      pins: [fingerprint],
      ...(invitation === undefined ? {} : { invitation }),
    });
  };
}

/**
 * Says who may enter.
 *
 * @param path The file that lists them, if there is one.
 * @param keys How many it lists; `null` when anybody may enter.
 */
export function announceAccess(
  path: string | undefined,
  keys: number | null,
  io: Pick<Io, "out">,
): void {
  io.out(
    path === undefined || keys === null
      ? "Anybody who proves an identity may enter (see --authorized)."
      : `${countKeys(keys)} of ${printable(path)} may enter.`,
  );
}
