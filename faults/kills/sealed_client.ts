import { Child } from "../../lib/lab/child.ts";

const PROGRAM = `${import.meta.dirname}/../../mod.ts`;

/** Time that a process may take for a step, in milliseconds. */
const STEP_MS = 30_000;

/** What a program prints about something that no fault of its own explains. */
const COMPLAINTS = [
  "missed",
  "changed",
  "refused",
  "sealed_unreadable",
  "sealed_missing",
  "sealed_excluded",
  "sealed_rejoined",
  "sealed_unsealed",
];

/** A line of the room, as it was shown. */
export interface Line {
  readonly seq: number;
  readonly name: string;
  readonly text: string;
}

/** An event of `--json`. */
type Event = Readonly<Record<string, unknown>>;

/** `chat connect --json` in a sealed room, killed and started again. */
export class SealedClient implements AsyncDisposable {
  /** What members of the room call it; the server calls it otherwise. */
  readonly name: string;
  readonly #home: string;
  readonly #args: readonly string[];
  /** What each life has printed. */
  readonly #lives: Event[][] = [];
  #child: Child;
  #said = 0;

  /**
   * @param options `home` is for all that it keeps; `args` lead into the room.
   */
  constructor(
    name: string,
    { home, args }: { readonly home: string; readonly args: readonly string[] },
  ) {
    this.name = name;
    this.#home = home;
    this.#args = args;
    this.#child = this.#start();
  }

  /** Types so many lines, of which each has its number. */
  async say(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.#child.type(`${this.name} ${++this.#said}`);
    }
  }

  /** Types a line, and waits until it shows it as said. */
  async finish(text: string): Promise<void> {
    await this.#child.type(text);
    await this.shows(text);
  }

  /** Waits until it is in. */
  async enters(): Promise<void> {
    await this.#find("it is in", (event) => event["event"] === "entered");
  }

  /** Waits until this life shows a text as said by somebody. */
  async shows(text: string): Promise<void> {
    await this.#find(text, (event) => isSaid(event) && event["text"] === text);
  }

  /** Waits until the server has stored so many messages of this life. */
  async sends(count: number): Promise<void> {
    let sent = 0;
    await this.#find(`${count} messages stored`, (event) => {
      if (event["event"] === "outgoing" && event["state"] === "sent") sent += 1;
      return sent === count;
    });
  }

  /** Ends it at once, as `kill -9` does, and starts another one. */
  async restart(): Promise<void> {
    await this.#end();
    this.#child = this.#start();
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    this.#child.terminate();
    await this.#child.exit(AbortSignal.timeout(STEP_MS));
    await this.#end();
  }

  /** What each life has shown as said, in its order. */
  get shown(): readonly (readonly Line[])[] {
    return this.#lives.map((life) =>
      life.filter(isSaid).map(({ seq, name, text }) => ({
        seq: Number(seq),
        name: `${name}`,
        text: `${text}`,
      }))
    );
  }

  /** Texts that it has told to be kept on its disk until they are sent. */
  get kept(): readonly string[] {
    return this.#lives.flat().filter((event) => event["event"] === "outgoing")
      .map((event) => `${event["text"]}`);
  }

  /** What it has told that should not be. */
  get complaints(): readonly string[] {
    return this.#lives.flat().filter((event) =>
      COMPLAINTS.includes(`${event["event"]}`) || event["state"] === "failed"
    ).map((event) => `${this.name}: ${JSON.stringify(event)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }

  #start(): Child {
    return new Child(Deno.execPath(), [
      ...["run", "--quiet", "--no-check", "--allow-all", PROGRAM],
      ...["connect", "--json", ...this.#args],
    ], {
      name: this.name,
      env: { XDG_CONFIG_HOME: this.#home, XDG_STATE_HOME: this.#home },
    });
  }

  async #end(): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
    this.#lives.push(this.#child.stdout.lines.flatMap(eventOf));
  }

  async #find(what: string, is: (event: Event) => boolean): Promise<void> {
    const { stdout, stderr } = this.#child;
    try {
      await stdout.find(
        what,
        (line) => eventOf(line).some(is) || undefined,
        AbortSignal.timeout(STEP_MS),
      );
    } catch (error) {
      const told = [...stdout.lines.slice(-20), ...stderr.lines].join("\n");
      throw new Error(`${this.name}, ${what}: ${told}`, { cause: error });
    }
  }
}

function isSaid(event: Event): boolean {
  return event["event"] === "said" && `${event["room"]}`.startsWith("&");
}

/** Nothing of a line that was cut short, as its writer was. */
function eventOf(line: string): Event[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
