import type { Bytes } from "../bytes.ts";

const GROUP_BYTES = 4;

/**
 * One row of a hex dump: `columns` bytes in groups of four, then what of them
 * is printable ASCII. Always equally wide.
 */
export function hexRow(
  bytes: Bytes,
  columns: number,
): { readonly hex: string; readonly text: string } {
  const row = bytes.subarray(0, columns);
  const hex = Array.from(
    { length: Math.ceil(columns / GROUP_BYTES) },
    (_, group) => row.subarray(group * GROUP_BYTES, (group + 1) * GROUP_BYTES),
  ).map((group) => group.toHex().padEnd(2 * GROUP_BYTES));
  const text = Array.from(
    row,
    (byte) => byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
  );
  return { hex: hex.join(" "), text: text.join("").padEnd(columns) };
}
