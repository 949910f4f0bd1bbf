import { assertEquals } from "../support/assert.ts";
import { run, temporaryFolder, testWith } from "../support/tools.ts";
import handshake from "../vectors/handshake.json" with { type: "json" };
import records from "../vectors/records.json" with { type: "json" };
import { hkdfLabel } from "./independent.ts";

const { client, server, schedule } = handshake;

/** OpenSSL on files of one folder; values are hexadecimal. */
class OpenSsl {
  #files = 0;

  constructor(readonly folder: string) {}

  /** Writes `hex` as bytes and returns the file's path. */
  async file(hex: string): Promise<string> {
    const path = `${this.folder}/${this.#files++}`;
    await Deno.writeFile(path, Uint8Array.fromHex(hex));
    return path;
  }

  /** What `openssl ARGS` prints, as hexadecimal digits without colons. */
  async hex(...args: readonly string[]): Promise<string> {
    return (await run("openssl", args)).replaceAll(/[:\s]/g, "").toLowerCase();
  }

  /** What `openssl ARGS -out FILE` writes. */
  async bytes(...args: readonly string[]): Promise<string> {
    const out = `${this.folder}/${this.#files++}`;
    await run("openssl", [...args, "-out", out]);
    return (await Deno.readFile(out)).toHex();
  }

  /** HKDF in one of its two modes. */
  async hkdf(
    mode: "EXTRACT_ONLY" | "EXPAND_ONLY",
    key: string,
    options: readonly string[],
  ): Promise<string> {
    return await this.hex(
      ...["kdf", "-keylen", "32", "-kdfopt", "digest:SHA2-256"],
      ...["-kdfopt", `mode:${mode}`, "-kdfopt", `hexkey:${key}`],
      ...options.flatMap((option) => ["-kdfopt", option]),
      "HKDF",
    );
  }
}

async function withOpenSsl(
  body: (openssl: OpenSsl) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  await body(new OpenSsl(folder.path));
}

testWith(
  ["openssl"],
  "handshake.json has secrets that the real openssl derives",
  () =>
    withOpenSsl(async (openssl) => {
      const privateKey = await openssl.file(
        "302e020100300506032b656e04220420" + client.x25519_private,
      );
      const peer = await openssl.file(
        "302a300506032b656e032100" + server.x25519_public,
      );
      const secret = await openssl.bytes(
        ...["pkeyutl", "-derive", "-keyform", "DER", "-inkey", privateKey],
        ...["-peerform", "DER", "-peerkey", peer],
      );
      assertEquals(secret, schedule.x25519_secret);
      const salt = `hexsalt:${"00".repeat(32)}`;
      const ikm = schedule.ml_kem_secret + secret;
      const hs = await openssl.hkdf("EXTRACT_ONLY", ikm, [salt]);
      assertEquals(hs, schedule.hs);
      const info = hkdfLabel("c ap traffic", schedule.t3, 32);
      const up = await openssl.hkdf("EXPAND_ONLY", hs, [`hexinfo:${info}`]);
      assertEquals(up, schedule.up.secret);
    }),
);

for (const role of ["server", "client"] as const) {
  testWith(
    ["openssl"],
    `handshake.json proves the ${role} to the real openssl`,
    () =>
      withOpenSsl(async (openssl) => {
        const auth = role === "server"
          ? handshake.server_auth
          : handshake.client_auth;
        const { finished_key } = role === "server"
          ? schedule.shs
          : schedule.chs;
        const key = await openssl.file(
          "302a300506032b6570032100" + auth.identity,
        );
        const message = await openssl.file(auth.signature_input);
        const signature = await openssl.file(auth.signature);
        await run("openssl", [ // fails when it does not verify
          ...["pkeyutl", "-verify", "-pubin", "-keyform", "DER"],
          ...["-inkey", key, "-rawin", "-in", message, "-sigfile", signature],
        ]);
        const finished = await openssl.hex(
          ...["mac", "-digest", "SHA256", "-macopt", `hexkey:${finished_key}`],
          ...["-in", await openssl.file(auth.finished_hash), "HMAC"],
        );
        assertEquals(finished, auth.finished);
      }),
  );
}

testWith(
  ["openssl"],
  "records.json has ciphertexts and tags that the real openssl makes",
  () =>
    withOpenSsl(async (openssl) => {
      for (const record of records.records.slice(0, 3)) {
        const { key = "" } = records.epochs[record.epoch] ?? {};
        const { nonce, additional_data, plaintext } = record;
        // GCM is CTR from counter 2 on (NIST SP 800-38D section 7.1).
        const ciphertext = await openssl.bytes(
          ...["enc", "-aes-256-ctr", "-K", key, "-iv", nonce + "00000002"],
          ...["-in", await openssl.file(plaintext)],
        );
        const tag = await gcmTag(openssl, {
          ...{ key, nonce, additional_data, ciphertext },
        });
        assertEquals(record.frame, additional_data + ciphertext + tag);
      }
    }),
);

/**
 * The command line has no GCM but GMAC, the tag of additional data alone. Over
 * both parts, each filled up to whole blocks, it differs from the tag of GCM in
 * the block of lengths only, so in one product with the hash key.
 */
async function gcmTag(
  openssl: OpenSsl,
  { key, nonce, additional_data, ciphertext }: {
    key: string;
    nonce: string;
    additional_data: string;
    ciphertext: string;
  },
): Promise<string> {
  const blocks = additional_data.padEnd(32, "0") + ciphertext;
  const gmac = await openssl.hex(
    ...["mac", "-cipher", "AES-256-GCM", "-macopt", `hexkey:${key}`],
    ...["-macopt", `hexiv:${nonce}`, "-in", await openssl.file(blocks), "GMAC"],
  );
  const hashKey = await openssl.bytes(
    ...["enc", "-aes-256-ecb", "-nopad", "-K", key],
    ...["-in", await openssl.file("00".repeat(16))],
  );
  const bits = (hex: string): bigint => BigInt(4 * hex.length);
  const asMac = bits(blocks) << 64n;
  const asGcm = (bits(additional_data) << 64n) | bits(ciphertext);
  const difference = multiply(asMac ^ asGcm, BigInt(`0x${hashKey}`));
  return (BigInt(`0x${gmac}`) ^ difference).toString(16).padStart(32, "0");
}

/** Product in GF(2^128) as GCM has it (NIST SP 800-38D section 6.3). */
function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= y;
    y = y & 1n ? (y >> 1n) ^ (0xe1n << 120n) : y >> 1n;
  }
  return product;
}
