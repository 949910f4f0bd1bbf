import type { Bytes } from "../bytes.ts";
import { equalBytes } from "../bytes.ts";
import { verifyEd25519 } from "../crypto/ed25519.ts";
import type { HmacKey } from "../crypto/hmac.ts";
import { ChatError } from "../errors.ts";
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { Identity } from "../identity/identity.ts";
import {
  type PublicIdentity,
  publicIdentity,
} from "../identity/public_identity.ts";
import type { Auth, Role } from "../wire/auth.ts";
import { signatureInput, type Transcript } from "./transcript.ts";

/** What an {@linkcode Auth} is made and checked over. */
export interface AuthContext {
  /** Whose Auth it is. */
  readonly role: Role;
  /** Everything before the Auth. */
  readonly transcript: Transcript;
  /** `finishedKey` of that role's handshake traffic secret. */
  readonly finished: HmacKey;
}

/** Makes the Auth of our own identity (docs/protocol.md, "Proving"). */
export async function prove(
  identity: Identity,
  context: AuthContext,
): Promise<Auth> {
  const { role, transcript, finished } = context;
  const named = transcript.with(identity.publicKey);
  const signature = await identity.sign(
    signatureInput(role, await named.hash()),
  );
  return {
    identity: identity.publicKey,
    signature,
    finished: await finished.mac(await named.with(signature).hash()),
  };
}

/**
 * Proof that the peer holds the private key of its identity and both secrets
 * of this handshake. The constructor is private: holding one means that every
 * check of {@linkcode VerifiedPeer.verify} passed.
 */
export class VerifiedPeer implements PublicIdentity {
  readonly publicKey: Bytes;
  readonly fingerprint: Fingerprint;
  readonly #verified = true; // nominal: no object literal can pass for one

  private constructor(identity: PublicIdentity) {
    this.publicKey = identity.publicKey;
    this.fingerprint = identity.fingerprint;
  }

  /** Whether `value` was made by {@linkcode VerifiedPeer.verify}. */
  static is(value: object): value is VerifiedPeer {
    return #verified in value;
  }

  /**
   * Checks, in this order: that the key can prove anything, that it is
   * expected, the signature, the Finished.
   *
   * @param isExpected The pin check; it comes before anything is believed.
   * @throws {ChatError} `CHAT_IDENTITY_INVALID`, `CHAT_PIN_MISMATCH`,
   * `CHAT_SIGNATURE_INVALID` or `CHAT_FINISHED_INVALID`.
   */
  static async verify(
    auth: Auth,
    context: AuthContext,
    isExpected: (offered: Fingerprint) => boolean,
  ): Promise<VerifiedPeer> {
    const offered = await publicIdentity(auth.identity);
    if (!isExpected(offered.fingerprint)) {
      throw new ChatError(
        "CHAT_PIN_MISMATCH",
        `Cannot trust ${context.role}: it shows the key ${offered.fingerprint}, which is not the pinned one`,
      );
    }
    const { role, transcript, finished } = context;
    const named = transcript.with(auth.identity);
    const message = signatureInput(role, await named.hash());
    const { signature } = auth;
    const { publicKey } = offered;
    if (!await verifyEd25519({ publicKey, signature, message })) {
      throw new ChatError(
        "CHAT_SIGNATURE_INVALID",
        `Cannot verify ${role}: the signature is not by ${offered.fingerprint}`,
      );
    }
    const mac = await finished.mac(await named.with(signature).hash());
    if (!equalBytes(mac, auth.finished)) {
      throw new ChatError(
        "CHAT_FINISHED_INVALID",
        `Cannot verify ${role}: it did not see the same handshake`,
      );
    }
    return new VerifiedPeer(offered);
  }
}
