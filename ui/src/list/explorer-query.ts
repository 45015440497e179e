import { QueryError } from "../../../src/errors.ts";
import { parseQuery } from "../../../src/query/parser.ts";
import { both } from "../query/terms.ts";

/** What stands in the query bar and around it. */
interface Parts {
  /** What the page is about, `kind:vulnerability`. */
  fixed: string;
  q: string;
  /** What the time range means, as a query. */
  range: string;
}

/** All conditions as one query. What someone wrote comes first, so that places in it can be found again. */
export function composeQuery({ fixed, q, range }: Parts): string {
  return both(both(q.trim(), fixed), range);
}

/** What is wrong with a query, where in its own text. */
export interface Wrong {
  message: string;
  position: number;
}

/** Whether it can be understood by itself. Joined with other conditions an open quote would swallow those. */
export function findWrong(q: string): Wrong | null {
  try {
    parseQuery(q);
    return null;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { message: error.message, position: error.position };
  }
}

/** A place in the composed query as a place in what was written. */
export function positionIn(q: string, composed: string, position: number): number {
  const indent = q.length - q.trimStart().length;
  const at = position - composed.indexOf(q.trim()) + indent;
  return Math.max(0, Math.min(q.length, at));
}
