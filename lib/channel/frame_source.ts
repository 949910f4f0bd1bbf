import { ChatError } from "../errors.ts";
import { type AcceptLength, FrameBuffer } from "../wire/frame.ts";
import type { Duplex } from "./duplex.ts";
import type { Frame } from "./record_opener.ts";

/** Bytes read and thrown away while a connection ends, at most. */
const MAX_DRAINED_BYTES = 4 * 1024 * 1024;

/** Reads a duplex as frames. */
export class FrameSource {
  readonly #duplex: Duplex;
  readonly #buffer = new FrameBuffer();

  constructor(duplex: Duplex) {
    this.#duplex = duplex;
  }

  /**
   * All whole frames that are here, waiting for the first; `null` at the end
   * of the stream. They are views that last until the next call.
   *
   * @param accept Consulted before each frame is read.
   * @throws {ChatError} `CHAT_FRAME_SIZE`, or `CHAT_CONNECTION_CUT` when the
   * stream ends inside a frame.
   */
  async frames(accept: AcceptLength): Promise<Frame[] | null> {
    for (;;) {
      const frames: Frame[] = [];
      for (let frame = this.#buffer.next(accept); frame !== undefined;) {
        frames.push(frame);
        frame = this.#buffer.next(accept);
      }
      if (frames.length > 0) return frames;
      if (!await this.#fill()) return null;
    }
  }

  /**
   * The next frame alone; what follows it stays for later calls.
   *
   * @throws {ChatError} as `frames`, and `CHAT_CONNECTION_CUT` at the end.
   */
  async frame(accept: AcceptLength): Promise<Frame> {
    for (;;) {
      const frame = this.#buffer.next(accept);
      if (frame !== undefined) return frame;
      if (!await this.#fill()) throw cut("before the peer had answered");
    }
  }

  /** Reads on to the end of the stream, within bounds, and forgets it. */
  async drain(): Promise<void> {
    const sink = new Uint8Array(4096);
    for (let left = MAX_DRAINED_BYTES; left > 0;) {
      const count = await this.#duplex.read(sink).catch(() => null);
      if (count === null) return;
      left -= count;
    }
  }

  async #fill(): Promise<boolean> {
    const count = await this.#duplex.read(this.#buffer.space());
    if (count !== null) {
      this.#buffer.commit(count);
      return true;
    }
    if (this.#buffer.partial) throw cut("in the middle of a frame");
    return false;
  }
}

function cut(where: string): ChatError {
  return new ChatError(
    "CHAT_CONNECTION_CUT",
    `Cannot read on: the connection ended ${where}`,
  );
}
