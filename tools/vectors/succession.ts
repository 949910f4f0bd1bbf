import { type Bytes, concat } from "../../lib/bytes.ts";
import type { Identity } from "../../lib/identity/identity.ts";
import {
  encodeSuccession,
  makeSuccession,
  successionInput,
  type SuccessionStatement,
} from "../../lib/identity/succession.ts";
import { fixedIdentity, INPUTS } from "./inputs.ts";

/** Content of `succession.json`: the server of the handshake is followed. */
export async function successionVectors(): Promise<unknown> {
  const current = await fixedIdentity("server");
  const next = await fixedIdentity("client");
  const statement = await makeSuccession(current, next);
  const { signature, consent } = statement;
  return {
    about:
      "A key names the one that follows it. Fields: README.md, rules: docs/protocol.md section 11.9",
    currentSeed: INPUTS.server.identitySeed,
    nextSeed: INPUTS.client.identitySeed,
    current: current.publicKey,
    next: next.publicKey,
    input: successionInput(current.publicKey, next.publicKey),
    signature,
    consent,
    file: new TextDecoder().decode(encodeSuccession(statement)),
    refused: await refused({ current, next, statement }),
  };
}

async function refused(
  { current, next, statement }: {
    readonly current: Identity;
    readonly next: Identity;
    readonly statement: SuccessionStatement;
  },
): Promise<unknown[]> {
  const { signature, consent } = statement;
  const forward = successionInput(current.publicKey, next.publicKey);
  const backward = successionInput(next.publicKey, current.publicKey);
  const itself = successionInput(current.publicKey, current.publicKey);
  const unlabelled = concat(current.publicKey, next.publicKey);
  const weak = new Uint8Array(32);
  weak[0] = 1;
  const identityPoint = concat(weak, new Uint8Array(32)); // R = 0, S = 0
  const is = { current: current.publicKey, next: next.publicKey };
  return [
    { why: "no consent", ...is, signature, consent: new Uint8Array(64) },
    {
      why: "consent by the current key",
      ...is,
      signature,
      consent: await current.sign(forward),
    },
    { why: "signed by the next key", ...is, signature: consent, consent },
    {
      why: "the keys in the other order under the signatures",
      ...is,
      signature: await current.sign(backward),
      consent: await next.sign(backward),
    },
    {
      why: "signed without the label",
      ...is,
      signature: await current.sign(unlabelled),
      consent: await next.sign(unlabelled),
    },
    {
      why: "a key that follows itself",
      ...is,
      next: current.publicKey,
      signature: await current.sign(itself),
      consent: await current.sign(itself),
    },
    {
      why: "a next key of small order, whose signature nobody made",
      ...is,
      next: weak,
      signature: await current.sign(
        successionInput(current.publicKey, weak as Bytes),
      ),
      consent: identityPoint,
    },
    {
      why: "another current key than the one that signed",
      ...is,
      current: next.publicKey,
      next: current.publicKey,
      signature,
      consent,
    },
  ];
}
