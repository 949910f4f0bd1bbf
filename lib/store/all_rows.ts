/** Rows that a query for {@linkcode allRows} yields at most. */
export const MANY_ROWS = 256;

/**
 * All rows of a table, of which some are in memory at a time.
 *
 * @param next Runs the query for at most {@linkcode MANY_ROWS} that follow a
 * row, or for the first.
 */
export function* allRows<Row>(
  next: (last: Row | undefined) => readonly Row[],
): Generator<Row, void, void> {
  let rows: readonly Row[] = [];
  do {
    rows = next(rows.at(-1));
    yield* rows;
  } while (rows.length === MANY_ROWS);
}
