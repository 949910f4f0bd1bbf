import { type Bytes, concat } from "../bytes.ts";
import { signatureInput, Transcript } from "../channel/transcript.ts";
import { HmacKey } from "../crypto/hmac.ts";
import type { Role } from "../wire/auth.ts";

/** What an Auth of the fixed handshake is forged from. */
export interface ForgeContext {
  /** Whose place the forger takes. */
  readonly role: Role;
  /** Everything before the Auth. */
  readonly before: Bytes;
  /** Finished key of that role, 32 bytes. */
  readonly finishedKey: Bytes;
}

/** What a forger does differently; by default it does everything right. */
export interface Forgery {
  readonly identity: Bytes;
  /** Signs with whatever key the forger has. */
  sign(message: Bytes): Promise<Bytes>;
  /** Role in the signed label. */
  readonly signAs?: Role;
  /** Bytes that are signed in place of everything through the identity. */
  readonly signOver?: Bytes;
  readonly finishedKey?: Bytes;
  /** Bytes the Finished covers in place of everything through the signature. */
  readonly finishOver?: Bytes;
}

/** The payload of an Auth: well-formed, and as wrong as `forgery` wants. */
export async function forgeAuth(
  { role, before, finishedKey }: ForgeContext,
  forgery: Forgery,
): Promise<Bytes> {
  const { identity } = forgery;
  const named = forgery.signOver ?? concat(before, identity);
  const signature = await forgery.sign(
    signatureInput(
      forgery.signAs ?? role,
      await new Transcript(named).hash(),
    ),
  );
  const covered = forgery.finishOver ?? concat(before, identity, signature);
  const key = await HmacKey.import(forgery.finishedKey ?? finishedKey);
  const finished = await key.mac(await new Transcript(covered).hash());
  return concat(identity, signature, finished);
}
