import { formatAddress } from "../identity/address.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import { makeLink } from "../identity/target.ts";
import { wordsOf } from "../identity/words.ts";
import type { LinkSecrets } from "../ui/scene.ts";
import type { HostedRoom } from "./app.ts";
import type { Io } from "./io.ts";
import { countKeys } from "./log_line.ts";
import { printable } from "./printable.ts";
import { linkParts } from "./room_links.ts";
import { serverTargets } from "./server_links.ts";

/** Who a server is, and which key it has announced to have next. */
export interface ServerKeys {
  readonly fingerprint: Fingerprint;
  readonly next: Fingerprint | undefined;
}

/** Says where the server listens, who it is, and what to hand out. */
export function announce(
  { host, port }: Pick<HostedRoom, "host" | "port">,
  { fingerprint, next }: ServerKeys,
  io: Pick<Io, "out">,
): void {
  io.out(`Listening on ${formatAddress({ host, port })}`);
  io.out("");
  io.out(`  fingerprint  ${fingerprint}`);
  io.out(`  words        ${wordsOf(fingerprint).join(" ")}`);
  if (next !== undefined) io.out(`  next key     ${next}`);
  io.out("");
  io.out("Hand out one of these lines:");
  const pins = pinsOf({ fingerprint, next });
  const named = pins.map((pin) => `--pin ${pin}`).join(" ");
  for (const target of serverTargets({ host, port }, ...pins)) {
    io.out(`  chat connect ${formatAddress(target)} ${named}`);
    io.out(`  chat connect '${makeLink(target)}'`);
  }
  io.out("");
}

/** Every key by which a server may be known, the one in use first. */
export function pinsOf(
  { fingerprint, next }: ServerKeys,
): readonly Fingerprint[] {
  return next === undefined ? [fingerprint] : [fingerprint, next];
}

/** Links to the best address of a server, with secrets if there are any. */
export function linksTo(
  { host, port }: { readonly host: string; readonly port: number },
  keys: ServerKeys,
): (secrets?: LinkSecrets) => string {
  return (secrets) => {
    const pins = pinsOf(keys);
    const [best = { host, port, pins }] = serverTargets(
      { host, port },
      ...pins,
    );
    return makeLink({ ...best, ...linkParts(secrets) });
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
