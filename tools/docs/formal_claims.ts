/** What the model in docs/formal/ claims, and what must break each claim. */

/** How ProVerif answers a query. */
export type Verdict = "true" | "false" | "cannot be proved";

/** A query, recognised by a part of its text, and whether it must hold. */
export interface Claim {
  readonly query: string;
  readonly holds: boolean;
}

/** The queries of each file. Those of sanity must not hold: roles finish. */
export const CLAIMS: Readonly<Record<string, readonly Claim[]>> = {
  "authentication.pv": [
    { query: "inj-event(ServerReady(", holds: true },
    { query: "inj-event(ClientReady(", holds: true },
    { query: "not event(ClientReady(", holds: false },
    { query: "not event(ServerReady(", holds: false },
  ],
  "secrecy.pv": [
    { query: "(fromClient", holds: true },
    { query: "(fromServer", holds: true },
    { query: "not event(ClientReady(", holds: false },
    { query: "not event(ServerReady(", holds: false },
  ],
  "identity_hiding.pv": [
    { query: "(public(hidden", holds: true },
    { query: "not event(ClientReady(", holds: false },
    { query: "not event(ServerReady(", holds: false },
  ],
};

/** A weaker handshake, made by edits of chat1.pvl, and the query that falls. */
export interface Variant {
  readonly name: string;
  readonly edits: readonly (readonly [from: string, to: string])[];
  readonly file: keyof typeof CLAIMS & string;
  readonly query: string;
}

/** Each check and each key share is needed: without it a claim falls. */
export const VARIANTS: readonly Variant[] = [
  {
    name: "the client does not check the server's signature",
    edits: [[
      "  if verify(pinned, signature, (serverSigns, H((hello, reply, pinned)))) = true then\n",
      "",
    ]],
    file: "authentication.pv",
    query: "inj-event(ClientReady(",
  },
  {
    name: "the server does not check the client's signature",
    edits: [[
      "  if verify(peer, signature, (clientSigns, H((t2, peer)))) = true then\n",
      "",
    ]],
    file: "authentication.pv",
    query: "inj-event(ServerReady(",
  },
  {
    name: "there is no ML-KEM share",
    edits: [
      ["type random.\n", "type random.\nfree noShare: key.\n"],
      ["handshakeSecret(decapsulate(d, ct), ", "handshakeSecret(noShare, "],
      ["handshakeSecret(shared(ek, r), ", "handshakeSecret(noShare, "],
    ],
    file: "secrecy.pv",
    query: "(fromClient",
  },
  {
    name: "ClientAuth travels in clear",
    edits: [
      [
        "out(net, seal(chs, (public(me), mySignature, myFinished)));",
        "out(net, (public(me), mySignature, myFinished));",
      ],
      [
        "finished: bitstring) = open(chs, clientAuth) in",
        "finished: bitstring) = clientAuth in",
      ],
    ],
    file: "identity_hiding.pv",
    query: "(public(hidden",
  },
];

/**
 * The model with a variant's edits.
 *
 * @throws {Error} when a text to replace does not occur exactly once.
 */
export function weaken(model: string, { name, edits }: Variant): string {
  return edits.reduce((text, [from, to]) => {
    const [before, after, ...more] = text.split(from);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error(`Cannot weaken the model so that ${name}: no "${from}"`);
    }
    return before + to + after;
  }, model);
}

/** The verdict on `query` in what ProVerif printed. */
export function verdictOn(query: string, output: string): Verdict | undefined {
  const line = output.split("\n").find((each) =>
    each.startsWith("RESULT ") && !each.startsWith("RESULT (") &&
    each.includes(query)
  );
  return line?.match(/(?:is (true|false)|(cannot be proved))\.$/)?.slice(1)
    .find((verdict) => verdict !== undefined) as Verdict | undefined;
}
