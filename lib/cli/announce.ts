import type { Bytes } from "../bytes.ts";
import { formatAddress } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { makeLink } from "../identity/target.ts";
import { wordsOf } from "../identity/words.ts";
import type { HostedRoom } from "./app.ts";
import type { Io } from "./io.ts";
import { countKeys } from "./log_line.ts";
import { printable } from "./printable.ts";
import { serverTargets } from "./server_links.ts";

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
  for (const target of serverTargets({ host, port }, fingerprint)) {
    io.out(`  chat connect ${formatAddress(target)} --pin ${fingerprint}`);
    io.out(`  chat connect '${makeLink(target)}'`);
  }
  io.out("");
}

/** Links to the best address of a server, with an invitation if there is one. */
export function linksTo(
  { host, port }: { readonly host: string; readonly port: number },
  fingerprint: Fingerprint,
): (invitation?: Bytes) => string {
  return (invitation) => {
    const [best = { host, port, pins: [fingerprint] }] = serverTargets(
      { host, port },
      fingerprint,
    );
    return makeLink({
      ...best,
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
