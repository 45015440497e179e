/** Answers the fields of one type. A field without an entry is read from the source as it is. */
export type Fields<S> = Record<string, (source: S, args: Record<string, unknown>) => unknown>;
