/**
 * The row with what was known before in the columns where the source says nothing. For records that were asked for
 * without fields that the source refused: an absent value there is no word on the record, and must not be told of as a
 * change of it.
 */
export function keepKnown<Row extends object>(after: Row, before: Row, columns: readonly (keyof Row)[]): Row {
  const kept = columns.filter((column) => isSilent(after[column])).map((column) => [column, before[column]]);
  return { ...after, ...Object.fromEntries(kept) };
}

function isSilent(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
