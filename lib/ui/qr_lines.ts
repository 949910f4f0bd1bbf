import { drawQrCode, makeQrCode, qrSize } from "./qr.ts";
import { remarkLines } from "./remark.ts";
import type { Line } from "./style.ts";

const DRAWING = { unicode: true } as const;

/**
 * Draws a QR code, or says how wide a terminal has to be for it.
 *
 * @param columns Those there are; with 0, nothing is drawn.
 */
export function qrLines(text: string, columns: number): readonly Line[] {
  if (columns === 0) return [];
  const code = makeQrCode(text);
  const drawn = drawQrCode(code, columns, DRAWING);
  if (drawn !== null) return drawn;
  return remarkLines(
    `The QR code needs ${qrSize(code, DRAWING).columns} columns`,
  );
}
