import {
  AES_KEY_BYTES,
  GCM_NONCE_BYTES,
  GCM_TAG_BYTES,
} from "../../lib/crypto/aes_gcm.ts";
import { ED25519_PUBLIC_BYTES } from "../../lib/crypto/ed25519.ts";
import {
  ML_KEM_CIPHERTEXT_BYTES,
  ML_KEM_PUBLIC_BYTES,
} from "../../lib/crypto/ml_kem.ts";
import { SHA256_BYTES } from "../../lib/crypto/sha256.ts";
import { X25519_BYTES } from "../../lib/crypto/x25519.ts";
import { SEALED_AUTH_BYTES } from "../../lib/wire/auth.ts";
import { CLIENT_HELLO_BYTES } from "../../lib/wire/client_hello.ts";
import { PADDING_FLOOR_BYTES } from "../../lib/wire/padding.ts";
import { SERVER_HELLO_BYTES } from "../../lib/wire/server_hello.ts";

/** What the report tells of sizes, from the constants of the code. */
export const SIZES: readonly (readonly [what: string, bytes: number])[] = [
  ["AES-256-GCM key", AES_KEY_BYTES],
  ["AES-256-GCM nonce", GCM_NONCE_BYTES],
  ["AES-256-GCM tag, the authentication code of every record", GCM_TAG_BYTES],
  ["HMAC-SHA-256, the Finished of each side", SHA256_BYTES],
  ["Ed25519 public key, an identity", ED25519_PUBLIC_BYTES],
  ["X25519 public key", X25519_BYTES],
  ["ML-KEM-768 public key", ML_KEM_PUBLIC_BYTES],
  ["ML-KEM-768 ciphertext", ML_KEM_CIPHERTEXT_BYTES],
  ["ClientHello, in clear", CLIENT_HELLO_BYTES],
  ["ServerHello, in clear", SERVER_HELLO_BYTES],
  ["ServerAuth and ClientAuth, sealed", SEALED_AUTH_BYTES],
  ["shortest plaintext of a record, padding included", PADDING_FLOOR_BYTES],
];
