import type { GraphqlError } from "./answer.ts";
import { dropRefusedFields, isAboutFilter, isAboutOrder, refusedValues } from "./drift.ts";
import type { WizStream } from "./streams/stream.ts";

/** A stream's question without what Wiz refused of it. */
export interface Asked {
  document: string;
  isUnordered: boolean;
  withoutFields: readonly string[];
  /** Keys of the filter. */
  withoutFilters: readonly string[];
  /** Enum values anywhere in the filter. */
  withoutValues: readonly string[];
}

/**
 * How a stream is asked for at a Wiz whose schema is not the one that Weir knows. What is optional and refused is left
 * out; every hour the whole question is tried again, so a field that is back is read again.
 */
export interface Adaptation {
  current(): Asked;
  /** It was answered. In words what is asked for again since, if something is. */
  accepted(asked: Asked): string | null;
  /**
   * It was refused. `again`: ask with `current`, which is another question than this one. `stop`: what was refused is
   * needed. `news` are words for a log, if there is something new to say.
   */
  refused(asked: Asked, errors: readonly GraphqlError[], filter: unknown): { next: "again" | "stop"; news: string[] };
  /** What is left out, in words; empty when nothing is. */
  warnings(): string[];
}

const retryWholeMs = 3_600_000;

export function createAdaptation(stream: WizStream, now: () => number): Adaptation {
  const whole: Asked = {
    document: stream.document,
    isUnordered: false,
    withoutFields: [],
    withoutFilters: [],
    withoutValues: [],
  };
  let asked = whole;
  let triedAt = Number.NEGATIVE_INFINITY;
  /** The whole question, on its way to see whether it is accepted again. */
  let trial: Asked | null = null;

  return {
    current() {
      if (asked === whole || now() - triedAt < retryWholeMs) return asked;
      triedAt = now();
      trial = { ...whole };
      return trial;
    },
    accepted(question) {
      if (question !== trial) return null;
      const back = describe(asked).join("; ");
      trial = null;
      asked = whole;
      return `Wiz accepts the whole question again (before: ${back})`;
    },
    refused(question, errors, filter) {
      const isTrial = question === trial;
      // Another page of the stream learned it first.
      if (!isTrial && question !== asked) return { next: "again", news: [] };
      const next = leaveOut(stream, question, errors, filter);
      if (isTrial) trial = null;
      if (next === null) return { next: isTrial ? "again" : "stop", news: [] };
      const known = describe(asked);
      asked = next;
      triedAt = now();
      return { next: "again", news: describe(next).filter((warning) => !known.includes(warning)) };
    },
    warnings: () => describe(asked),
  };
}

/** The question without what these errors are about; `null` when they are about something that is needed. */
function leaveOut(stream: WizStream, asked: Asked, errors: readonly GraphqlError[], filter: unknown): Asked | null {
  const trimmed = dropRefusedFields(asked.document, errors, stream.requiredFields);
  if (trimmed !== null)
    return { ...asked, document: trimmed.document, withoutFields: [...asked.withoutFields, ...trimmed.dropped] };
  const values = refusedValues(errors, filter);
  if (values.length > 0) return { ...asked, withoutValues: [...asked.withoutValues, ...values] };
  const filters = stream.optionalFilters.filter((name) => !asked.withoutFilters.includes(name));
  if (filters.length > 0 && isAboutFilter(errors, filters))
    return { ...asked, withoutFilters: [...asked.withoutFilters, ...filters] };
  return isAboutOrder(errors) && !asked.isUnordered ? { ...asked, isUnordered: true } : null;
}

function describe({ withoutFields, withoutFilters, withoutValues, isUnordered }: Asked): string[] {
  const warnings: string[] = [];
  if (withoutFields.length > 0) warnings.push(`Wiz no longer knows ${withoutFields.join(", ")}; read without it`);
  if (withoutValues.length > 0)
    warnings.push(`Wiz no longer knows the value ${withoutValues.join(", ")}; asked for without it`);
  if (withoutFilters.length > 0)
    warnings.push(`Wiz refuses the filter ${withoutFilters.join(", ")}; asked for without it`);
  if (isUnordered) warnings.push("Wiz refuses the order that was asked for; read in its own order");
  return warnings;
}
