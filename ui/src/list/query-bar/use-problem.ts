import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ApiError } from "../../api/client.ts";
import { type QueryProblem, queryProblemQuery } from "../../api/query-language.ts";
import type { Thing } from "../../api/types.ts";
import type { Draft } from "./completions.ts";
import { isUnfinished, stillStands } from "./problems.ts";

const pauseMs = 250;

interface Asked {
  on: Thing;
  /** The query whose result is shown, and what the server said of it. */
  value: string;
  error: ApiError | null;
  isFocused: boolean;
}

/** What is wrong in the draft, as far as its writer should be told already. */
export function useProblem(draft: Draft, { on, value, error, isFocused }: Asked): QueryProblem | null {
  const isSubmitted = draft.text.trim() === value.trim();
  const [text] = useDebouncedValue(draft.text, pauseMs);
  const isAsked = text.trim() !== "" && (!isSubmitted || error !== null);
  const { data } = useQuery({
    ...queryProblemQuery(on, text),
    enabled: isAsked,
    placeholderData: keepPreviousData,
  });
  if (isSubmitted) return error === null ? null : (found(data, draft) ?? ofServer(error));
  const problem = found(data, draft);
  const isQuiet = problem !== null && isFocused && isUnfinished(draft.text, draft.caret, problem.position);
  return isQuiet ? null : problem;
}

type Validation = { asked: string; problem: QueryProblem | null } | undefined;

function found(data: Validation, { text }: Draft): QueryProblem | null {
  if (data === undefined || data.problem === null) return null;
  return stillStands(data.problem, data.asked, text) ? data.problem : null;
}

/** It found nothing wrong in the query alone: what was refused is the query with what the page adds to it. */
function ofServer({ position, message }: ApiError): QueryProblem | null {
  return position === undefined ? null : { message, position: Number.POSITIVE_INFINITY };
}
