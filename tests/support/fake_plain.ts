import { utf8 } from "../../lib/bytes.ts";
import type { PlainIo } from "../../lib/ui/terminal/terminal_io.ts";
import { FakeInput } from "./fake_input.ts";
import { macrotask } from "./fake_terminal.ts";
import { NOON } from "./people.ts";

/** Standard streams that are no terminal, and the test at their other ends. */
export class FakePlain extends FakeInput implements PlainIo {
  /** What was written to the standard output. */
  stdout = "";
  /** What was written to the standard error. */
  stderr = "";
  /** Whether somebody reads the standard output. */
  hasReader = true;
  /** Columns of a terminal behind both outputs. */
  width: number | undefined;

  out(text: string): Promise<boolean> {
    if (this.hasReader) this.stdout += text;
    return Promise.resolve(this.hasReader);
  }

  err(text: string): Promise<void> {
    this.stderr += text;
    return Promise.resolve();
  }

  columns(): number | undefined {
    return this.width;
  }

  override now(): number {
    return NOON;
  }

  /** Lets text come in, and the input end if told so. */
  type(text: string, options: { readonly end?: boolean } = {}): void {
    this.feed(utf8(text));
    if (options.end) this.feed(null);
  }

  /** Waits until `condition` holds, and fails with what was written. */
  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 500; turn++) {
      if (condition()) return;
      await macrotask();
    }
    throw new Error(`It never became true:\n${this.stdout}${this.stderr}`);
  }
}
