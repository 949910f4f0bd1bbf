/** What every figure has. */
interface Headed {
  /** Letters, digits and `_`; unique within its experiment. */
  readonly name: string;
  readonly title: string;
  /** What it shows, in a sentence or two. */
  readonly note?: string;
}

/** Values side by side, each with what chance alone would give if that is known. */
export interface Bars extends Headed {
  readonly kind: "bars";
  readonly unit: string;
  /** Largest value the axis has; the largest bar's if left out. */
  readonly max?: number;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    readonly chance?: number;
  }[];
}

/** How often each of the 256 values of a byte occurs, in one panel or several. */
export interface ByteHistograms extends Headed {
  readonly kind: "bytes";
  readonly panels: readonly {
    readonly label: string;
    /** 256 counts. */
    readonly counts: readonly number[];
  }[];
}

/** Points on two axes that begin at zero. */
export interface Points extends Headed {
  readonly kind: "points";
  readonly x: string;
  readonly y: string;
  readonly series: readonly {
    readonly label: string;
    readonly points: readonly (readonly [x: number, y: number])[];
    /** Whether a line leads from each to the next, in place of dots. */
    readonly joined?: boolean;
  }[];
}

/** Rows of text and numbers. */
export interface Table extends Headed {
  readonly kind: "table";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Numbers to be drawn. */
export type Figure = Bars | ByteHistograms | Points | Table;
