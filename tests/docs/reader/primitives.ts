/**
 * What section 2 of docs/protocol.md asks for, straight from the platform. The
 * files of this folder follow that document section by section and import
 * nothing of the project: the other implementation that both are tested with.
 */

/** Bytes as WebCrypto takes them. */
export type Bytes = Uint8Array<ArrayBuffer>;

// The type library of Deno 2.9 does not declare ML-KEM yet.
const subtle = crypto.subtle as unknown as Record<
  | "digest"
  | "sign"
  | "verify"
  | "encrypt"
  | "decrypt"
  | "deriveBits"
  | "decapsulateBits"
  | "importKey"
  | "exportKey",
  // deno-lint-ignore no-explicit-any -- see above
  (...args: any[]) => Promise<any>
>;

/** `||` */
export function join(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** An ASCII string as bytes. */
export function ascii(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** Bytes that nobody can guess. */
export function random(size: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** Whether two byte strings are equal. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.toHex() === b.toHex();
}

/** `H` */
export async function hash(...parts: readonly Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await subtle.digest("SHA-256", join(...parts)));
}

/** `HMAC` */
export async function hmac(key: Bytes, message: Bytes): Promise<Bytes> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await subtle.importKey("raw", key, algorithm, false, [
    "sign",
  ]);
  return new Uint8Array(await subtle.sign("HMAC", imported, message));
}

// PKCS #8 of RFC 8410 section 7, up to the 32 secret bytes.
const PKCS8 = {
  X25519: Uint8Array.fromHex("302e020100300506032b656e04220420"),
  Ed25519: Uint8Array.fromHex("302e020100300506032b657004220420"),
};

async function privateKey(
  curve: "X25519" | "Ed25519",
  secret: Bytes,
): Promise<{ key: CryptoKey; publicKey: Bytes }> {
  const usages = curve === "X25519" ? ["deriveBits"] : ["sign"];
  const pkcs8 = join(PKCS8[curve], secret);
  const key = await subtle.importKey("pkcs8", pkcs8, curve, true, usages);
  const { x } = await subtle.exportKey("jwk", key);
  const publicKey = Uint8Array.fromBase64(x, { alphabet: "base64url" });
  return { key, publicKey };
}

/** An X25519 key pair of a scalar. */
export async function x25519(scalar: Bytes): Promise<{
  share: Bytes;
  agree(share: Bytes): Promise<Bytes>;
}> {
  const { key, publicKey } = await privateKey("X25519", scalar);
  return {
    share: publicKey,
    async agree(share): Promise<Bytes> {
      const peer = await subtle.importKey("raw", share, "X25519", true, []);
      const algorithm = { name: "X25519", public: peer };
      return new Uint8Array(await subtle.deriveBits(algorithm, key, 256));
    },
  };
}

/** An ML-KEM-768 key pair of a seed, d || z. */
export async function mlKem768(seed: Bytes): Promise<{
  encapsulationKey: Bytes;
  decapsulate(ciphertext: Bytes): Promise<Bytes>;
}> {
  const name = "ML-KEM-768";
  const usages = ["decapsulateBits"];
  const key = await subtle.importKey("raw-seed", seed, name, true, usages);
  const { pub } = await subtle.exportKey("jwk", key);
  return {
    encapsulationKey: Uint8Array.fromBase64(pub, { alphabet: "base64url" }),
    decapsulate: async (ciphertext): Promise<Bytes> =>
      new Uint8Array(await subtle.decapsulateBits(name, key, ciphertext)),
  };
}

/** An Ed25519 key pair of a seed. */
export async function ed25519(seed: Bytes): Promise<{
  publicKey: Bytes;
  sign(message: Bytes): Promise<Bytes>;
}> {
  const { key, publicKey } = await privateKey("Ed25519", seed);
  return {
    publicKey,
    sign: async (message): Promise<Bytes> =>
      new Uint8Array(await subtle.sign("Ed25519", key, message)),
  };
}

/** Whether `signature` over `message` is by the owner of `publicKey`. */
export async function verify(
  publicKey: Bytes,
  signature: Bytes,
  message: Bytes,
): Promise<boolean> {
  const name = "Ed25519";
  const key = await subtle.importKey("raw", publicKey, name, false, ["verify"]);
  return await subtle.verify(name, key, signature, message);
}

/** AES-256-GCM; `opens` tells the direction. */
export async function aesGcm(
  opens: boolean,
  { key, nonce, data, additional }: Readonly<
    Record<"key" | "nonce" | "data" | "additional", Bytes>
  >,
): Promise<Bytes> {
  const usage = opens ? "decrypt" : "encrypt";
  const imported = await subtle.importKey("raw", key, "AES-GCM", false, [
    usage,
  ]);
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: additional };
  return new Uint8Array(
    await (opens
      ? subtle.decrypt(algorithm, imported, data)
      : subtle.encrypt(algorithm, imported, data)),
  );
}
