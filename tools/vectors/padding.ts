import { isRecordLength, RECORD_OVERHEAD_BYTES } from "../../lib/wire/frame.ts";
import { MAX_PLAINTEXT_BYTES } from "../../lib/wire/message.ts";
import { paddedLength } from "../../lib/wire/padding.ts";

/** Content of `padding.json`. */
export function paddingVectors(): unknown {
  const lengths = new Set([0, 1, 3, 255, 256, 257, 272, 273, 1000, 65_533]);
  for (let power = 512; power <= MAX_PLAINTEXT_BYTES; power *= 2) {
    for (const offset of [-1, 0, 1]) {
      if (power + offset <= MAX_PLAINTEXT_BYTES) lengths.add(power + offset);
    }
  }
  const largest = MAX_PLAINTEXT_BYTES + RECORD_OVERHEAD_BYTES;
  return {
    about:
      "Sizes of records in chat/1: Padmé with a floor of 256 bytes. Fields: README.md",
    padded: [...lengths].sort((a, b) => a - b)
      .map((length) => ({ length, padded: paddedLength(length) })),
    recordLengths: Array.from({ length: largest + 1 }, (_, length) => length)
      .filter(isRecordLength),
  };
}
