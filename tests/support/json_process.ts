import type { Child } from "../../lib/lab/child.ts";
import { chat, soon } from "./program.ts";

/** An event that `chat connect --json` prints. */
export type JsonEvent = Readonly<Record<string, unknown>>;

/** A `chat connect --json` process with files of its own. */
export class JsonProcess implements AsyncDisposable {
  readonly child: Child;

  constructor(home: string, args: readonly string[]) {
    this.child = chat(home, ["connect", "--json", ...args]);
  }

  /** All that it has printed so far. */
  get events(): readonly JsonEvent[] {
    return this.child.stdout.lines.map((line) => JSON.parse(line));
  }

  /** Texts that it has shown as said in a room. */
  said(room: string): readonly string[] {
    return this.events.flatMap((event) =>
      event["event"] === "said" && event["room"] === room
        ? [`${event["name"]}: ${event["text"]}`]
        : []
    );
  }

  /** Waits until it prints an event with these fields. */
  async prints(wanted: JsonEvent): Promise<JsonEvent> {
    const is = (event: JsonEvent): boolean =>
      Object.entries(wanted).every(([key, value]) => event[key] === value);
    const { stdout, stderr } = this.child;
    try {
      return await stdout.find(JSON.stringify(wanted), (line) => {
        const event = JSON.parse(line);
        return is(event) ? event : undefined;
      }, soon());
    } catch (error) {
      const told = [...stdout.lines.slice(-20), ...stderr.lines].join("\n");
      throw new Error(`no ${JSON.stringify(wanted)} in\n${told}`, {
        cause: error,
      });
    }
  }

  /** Says something, and waits until it is stored and read back. */
  async says(text: string): Promise<void> {
    await this.child.type(text);
    await this.prints({ event: "said", text });
  }

  /** Ends it in order. */
  async leaves(): Promise<number> {
    this.child.terminate();
    return await this.child.exit(soon());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child[Symbol.asyncDispose]();
  }
}
