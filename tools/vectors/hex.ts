/**
 * A value as the vectors publish it: bytes become hexadecimal strings, names of
 * fields become snake_case.
 */
export function published(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  if (Array.isArray(value)) return value.map(published);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      published(field),
    ]),
  );
}
