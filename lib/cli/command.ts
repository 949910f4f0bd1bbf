import type { Io } from "./io.ts";

/** One option: parsing, help text and the type of its value come from here. */
export type OptionSpec =
  /** Given or not: `--json`. */
  | { readonly kind: "flag"; readonly help: string }
  /** A text: `--name NAME` or `--name=NAME`. */
  | {
    readonly kind: "value";
    readonly placeholder: string;
    readonly help: string;
    readonly required?: true;
    readonly default?: string;
  }
  /** Texts, in order; may be given several times. */
  | {
    readonly kind: "values";
    readonly placeholder: string;
    readonly help: string;
  }
  /** A whole number from `min` to `max`. */
  | {
    readonly kind: "number";
    readonly placeholder: string;
    readonly help: string;
    readonly min: number;
    readonly max: number;
    readonly required?: true;
    readonly default?: number;
  };

/** Option specs by name, without the leading `--`. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Values of a set of options, as {@linkcode Command.run} receives them. */
export type OptionValues<T extends OptionSpecs> = {
  readonly [K in keyof T]: OptionValue<T[K]>;
};

type OptionValue<S extends OptionSpec> = S extends { kind: "flag" } ? boolean
  : S extends { kind: "values" } ? readonly string[]
  :
    | (S extends { kind: "number" } ? number : string)
    | (S extends { required: true } | { default: string | number } ? never
      : undefined);

/** A subcommand, described as data. */
export interface Command<T extends OptionSpecs = OptionSpecs> {
  /** One word, or two for a command of a group: `pins add`. */
  readonly name: string;
  /** What it does, in a line of help. */
  readonly summary: string;
  /** More paragraphs for its own help. */
  readonly details?: readonly string[];
  /**
   * Placeholders of its arguments; `[...]` around one that may be missing. The
   * last may be `[NAME...]`: any number of them.
   */
  readonly args: readonly string[];
  readonly options: T;
  /**
   * Runs it to its end.
   *
   * @param args As many as `args` names, or fewer where those may be missing.
   */
  run(
    args: readonly string[],
    options: OptionValues<T>,
    io: Io,
  ): Promise<void>;
}

/** Identity function that makes TypeScript infer option types from the spec. */
export function defineCommand<const T extends OptionSpecs>(
  command: Command<T>,
): Command<T> {
  return command;
}

/** What {@linkcode main} runs. */
export interface Program {
  /** As `chat --version` prints it. */
  readonly version: string;
  /** In the order in which help lists them. */
  readonly commands: readonly Command[];
}
