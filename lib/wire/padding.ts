/** No record carries fewer plaintext bytes than this, whatever it says. */
export const PADDING_FLOOR_BYTES = 256;

/**
 * The Padmé size of `length` bytes with a floor of 256 (Nikitin et al.,
 * "Reducing Metadata Leakage from Encrypted Files and Communication with
 * PURBs", PETS 2019, section 4): at most 12 % more, and an observer learns
 * O(log log length) bits about it.
 *
 * @param length 0 to 2^31 - 1.
 */
export function paddedLength(length: number): number {
  if (length <= PADDING_FLOOR_BYTES) return PADDING_FLOOR_BYTES;
  const exponent = 31 - Math.clz32(length); // floor(log2(length))
  const significant = 32 - Math.clz32(exponent); // floor(log2(exponent)) + 1
  const mask = 2 ** (exponent - significant) - 1;
  return (length + mask) & ~mask;
}

/** Whether a well-behaved sender produces plaintexts of this size. */
export function isPaddedLength(length: number): boolean {
  return length === paddedLength(length);
}
