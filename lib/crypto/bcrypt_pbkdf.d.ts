// The package ships no types; this declares the one function used.
declare const bcryptPbkdf: {
  /** Fills `out`; returns 0, or -1 when an argument is out of range. */
  pbkdf(
    passphrase: Uint8Array,
    passphraseLength: number,
    salt: Uint8Array,
    saltLength: number,
    out: Uint8Array,
    outLength: number,
    rounds: number,
  ): number;
};
export default bcryptPbkdf;
