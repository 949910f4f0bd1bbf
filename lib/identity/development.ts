import type { Fingerprint } from "./fingerprint.ts";

/**
 * Fingerprints of the keys in certs/, whose private halves everybody has. They
 * prove nothing and are accepted on loopback only; a test compares this table
 * with the files.
 */
export const DEVELOPMENT_IDENTITIES: Readonly<Record<string, string>> = {
  "server.pem": "SHA256:J8hYiB4eiFl4UDZveW1DxvO/qOe5KyHuD6hse1waG6Q",
  "alice.pem": "SHA256:87PneKkTxD4wxuzZ2sHBS5srmSF1ZAPxhjyaOAT+wFI",
  "bob": "SHA256:YUMamBBmcXmL4t3AmkNqex5F2+kmmwsHmMlimbc2RLM",
};

const FINGERPRINTS: ReadonlySet<string> = new Set(
  Object.values(DEVELOPMENT_IDENTITIES),
);

/** Whether this is one of the public keys in certs/. */
export function isDevelopmentIdentity(fingerprint: Fingerprint): boolean {
  return FINGERPRINTS.has(fingerprint);
}
