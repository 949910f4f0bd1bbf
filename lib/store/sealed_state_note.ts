import { openPrivate } from "./private_file.ts";

/** Counter and time of birth, 8 bytes each, most significant first. */
const NOTE_BYTES = 16;

/** What the note says of the file beside it. */
interface Comparison {
  readonly notedCounter: number;
  readonly sameFile: boolean;
}

/**
 * A note of what was last written to a file, kept apart from it: the counter, and
 * when the file was made, which programs that copy or restore files do not set
 * back as a rule (where the system does not tell, any file passes for the same).
 *
 * It is always 16 bytes, overwritten in place and not forced to the disk: after a
 * power cut an older note is there, which says less, and never a wrong one.
 */
export class FileNote {
  constructor(readonly path: string) {}

  /** Notes what `file`, as it is now, holds. */
  write(counter: number, { birthtime }: Deno.FileInfo): void {
    const note = new DataView(new ArrayBuffer(NOTE_BYTES));
    note.setBigUint64(0, BigInt(counter));
    note.setBigUint64(8, BigInt(birthtime?.getTime() ?? 0));
    using file = openPrivate(this.path);
    file.writeSync(new Uint8Array(note.buffer));
  }

  /** Compares a file with the note; without a note, there is nothing to say. */
  compare({ birthtime }: Deno.FileInfo): Comparison {
    const bytes = this.#read();
    if (bytes?.length !== NOTE_BYTES) {
      return { notedCounter: 0, sameFile: true };
    }
    const note = new DataView(bytes.buffer);
    const noted = Number(note.getBigUint64(8));
    const born = birthtime?.getTime() ?? 0;
    return {
      notedCounter: Number(note.getBigUint64(0)),
      sameFile: noted === 0 || born === 0 || noted === born,
    };
  }

  #read(): Uint8Array | undefined {
    try {
      using file = Deno.openSync(this.path);
      const bytes = new Uint8Array(NOTE_BYTES + 1);
      return bytes.slice(0, file.readSync(bytes) ?? 0);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }
}
