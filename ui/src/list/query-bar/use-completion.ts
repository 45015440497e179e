import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  completionQuery,
  type FieldValue,
  fieldValuesQuery,
  queryFieldsQuery,
  valuesRead,
} from "../../api/query-language.ts";
import type { Thing } from "../../api/types.ts";
import { both } from "../../query/terms.ts";
import { type Answer, carriedOver, type Draft, type Offer, offersOf, writtenPart } from "./completions.ts";

const pauseMs = 80;
const none: FieldValue[] = [];

interface Place {
  on: Thing;
  /** What else every record fulfils. */
  fixed: string;
  isOn: boolean;
}

/** What can stand at the caret. Nothing waits for it: until the answer is there, the last one is shown as far as it fits. */
export function useCompletion(draft: Draft, { on, fixed, isOn }: Place): { answer: Answer; offers: Offer[] } | null {
  const [{ text, caret }] = useDebouncedValue(draft, pauseMs);
  const { data } = useQuery({
    ...completionQuery(on, text, caret),
    enabled: isOn,
    placeholderData: keepPreviousData,
  });
  const answer = useMemo(() => (data === undefined ? null : carriedOver(data, draft)), [data, draft]);
  const part = answer === null ? "" : writtenPart(draft, answer.from);
  const values = useFieldValues(isOn ? (answer?.field ?? null) : null, { on, fixed, part });
  return useMemo(
    () => (isOn && answer !== null ? { answer, offers: offersOf(answer, values) } : null),
    [isOn, answer, values],
  );
}

/** The commonest values of the field; where there are more than can be read at once, those that begin as written. */
function useFieldValues(field: string | null, { on, fixed, part }: { on: Thing; fixed: string; part: string }) {
  const { data: fields } = useQuery(queryFieldsQuery(on));
  const isCounted = fields?.fields.find(({ name }) => name === field)?.isFacetable === true;
  const { data: common = none } = useQuery({
    ...fieldValuesQuery(on, field ?? "", fixed),
    enabled: isCounted,
  });
  const [prefix] = useDebouncedValue(part, pauseMs);
  const hasMore = isCounted && common.length >= valuesRead && /^[\p{L}\p{N}_][\p{L}\p{N}_./:-]+$/u.test(prefix);
  const { data: begun } = useQuery({
    ...fieldValuesQuery(on, field ?? "", both(fixed, `${field}:${prefix}*`)),
    enabled: hasMore,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => {
    if (!isCounted) return none;
    const isCommon = new Set(common.map(({ value }) => value));
    return hasMore ? [...common, ...(begun ?? none).filter(({ value }) => !isCommon.has(value))] : common;
  }, [isCounted, hasMore, common, begun]);
}
