import {
  type Identity,
  identityFromPkcs8,
} from "../../lib/identity/identity.ts";

/** One of the public identities in `certs/`, written by `openssl`. */
export async function developmentIdentity(file: string): Promise<Identity> {
  const url = new URL(`../../certs/${file}`, import.meta.url);
  const pem = await Deno.readTextFile(url);
  const base64 = pem.replaceAll(/-----[^-]+-----|\s/g, "");
  return await identityFromPkcs8(Uint8Array.fromBase64(base64));
}
