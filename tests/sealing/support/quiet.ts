import { settle } from "../../support/virtual_clock.ts";

/** Operations of WebCrypto that take real time while the virtual one stands. */
let running = 0;

const METHODS = [
  "decrypt",
  "deriveBits",
  "deriveKey",
  "digest",
  "encrypt",
  "exportKey",
  "generateKey",
  "importKey",
  "sign",
  "verify",
] as const;

type Method = (...args: unknown[]) => Promise<unknown>;

const subtle = crypto.subtle as unknown as Record<string, Method>;
for (const name of METHODS) {
  const method = subtle[name]?.bind(crypto.subtle);
  if (method === undefined) throw new Error(`There is no ${name}`);
  subtle[name] = async (...args): Promise<unknown> => {
    running += 1;
    try {
      return await method(...args);
    } finally {
      running -= 1;
    }
  };
}

/**
 * Resolves when nobody computes any more, however slow the machine is: only then may
 * virtual time go on, or it would run ahead of what happens.
 */
export async function quiet(): Promise<void> {
  for (let turns = 0; turns < 3;) {
    await settle();
    turns = running === 0 ? turns + 1 : 0;
  }
}
