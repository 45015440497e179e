import { sourceStatuses } from "../model.ts";
import { same } from "./common-fields.ts";
import type { Bound, Condition, Match, Test } from "./condition.ts";
import { column, type Field, related } from "./field.ts";

/** What a finding's life says: its age, its date, how often it came back, who accepted its risk. */
export const lifeFields: readonly Field[] = [
  {
    name: "sourceStatus",
    aliases: ["status.source"],
    type: "enum",
    place: column("status"),
    words: { ...same(sourceStatuses), active: "open", fixed: "resolved", ignored: "rejected" },
    derive: (test) => statusAtSource({ type: "match", valueType: "enum", place: column("status"), test }),
    description: "Where it stands at the source, also while its risk is accepted.",
    example: "sourceStatus:in_progress",
  },
  {
    name: "age",
    aliases: ["ageDays"],
    type: "integer",
    place: column("firstFoundAt"),
    derive: (test, now) => ofAge(test, now),
    description: "Whole days since it was found first.",
    example: "age > 90",
  },
  {
    name: "ageBucket",
    aliases: ["ageRange"],
    type: "enum",
    place: column("firstFoundAt"),
    words: same(["under_7_days", "7_to_29_days", "30_to_89_days", "90_to_364_days", "365_days_or_more"]),
    derive: (test, now) => inWords(test, (word) => ofBucket(word, now), present("firstFoundAt")),
    description: "The same in steps, as the facet counts it.",
    example: "ageBucket:[90_to_364_days, 365_days_or_more]",
  },
  {
    name: "due",
    aliases: ["dueAt"],
    type: "date",
    place: column("dueAt"),
    description: "When it should be resolved: as the source says, else by the policy for its severity.",
    example: "due < now",
  },
  {
    name: "dueBy",
    aliases: ["due.by"],
    type: "enum",
    place: column("dueAt"),
    words: { source: "source", wiz: "source", policy: "policy" },
    derive: (test) => inWords(test, (word) => dueBy(word === "policy"), present("dueAt")),
    description: "Whose date that is: the source's, or the policy's.",
    example: "dueBy:policy",
  },
  {
    name: "overdue",
    aliases: ["isOverdue"],
    type: "boolean",
    place: column("dueAt"),
    derive: (test, now) => yesOrNo(test, overdue(now)),
    description: "Whether it is open and its due date has passed.",
    example: "overdue:true",
  },
  {
    name: "reopened",
    aliases: ["isReopened"],
    type: "boolean",
    place: column("reopenedCount"),
    derive: (test) => yesOrNo(test, wasReopened),
    description: "Whether it was open again after it had been closed.",
    example: "reopened:true",
  },
  {
    name: "reopenedCount",
    aliases: ["reopenCount", "timesReopened"],
    type: "integer",
    place: column("reopenedCount"),
    description: "How often it was open again after it had been closed.",
    example: "reopenedCount >= 2",
  },
  {
    name: "reopenedAt",
    aliases: ["lastReopened"],
    type: "date",
    place: column("reopenedAt"),
    description: "When it last was open again.",
    example: "reopenedAt > now-1w",
  },
  {
    name: "acceptedAt",
    aliases: ["accepted"],
    type: "date",
    place: column("acceptedAt"),
    description: "Since when its risk is accepted.",
    example: "acceptedAt > now-1M",
  },
  {
    name: "acceptance.id",
    aliases: ["acceptance", "acceptanceId"],
    type: "id",
    place: column("acceptanceId"),
    description: "Weir's id of the risk acceptance that covers it.",
    example: "acceptance.id:0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d11",
  },
  {
    name: "acceptance.owner",
    aliases: ["acceptanceOwner"],
    type: "text",
    place: related("riskAcceptance", "acceptanceId", "id", column("owner")),
    description: "Who answers for the risk that was accepted.",
    example: 'acceptance.owner:"anna"',
  },
  {
    name: "acceptance.expires",
    aliases: ["acceptedUntil", "acceptance.expiresAt"],
    type: "date",
    place: related("riskAcceptance", "acceptanceId", "id", column("expiresAt")),
    description: "Until when its risk is accepted.",
    example: "acceptance.expires < now+2w",
  },
];

type FindingColumn = "status" | "sourceStatus" | "dueAt" | "firstFoundAt" | "isDueByPolicy" | "reopenedCount";

function match(name: FindingColumn, valueType: Field["type"], test: Test): Match {
  return { type: "match", valueType, place: column(name), test };
}

function present(name: FindingColumn): Condition {
  return match(name, "keyword", { type: "present" });
}

const and = (...conditions: Condition[]): Condition => ({ type: "and", conditions });
const or = (...conditions: Condition[]): Condition => ({ type: "or", conditions });
const not = (condition: Condition): Condition => ({ type: "not", condition });

/** What a match on the status asks, asked of what the source says. */
export function statusAtSource(asked: Match): Condition {
  const ofSource = match("sourceStatus", "enum", asked.test);
  return or(ofSource, and(not(present("sourceStatus")), asked));
}

function overdue(now: number): Condition {
  const to: Bound = { value: new Date(now).toISOString(), isIncluded: false };
  return and(
    match("status", "enum", { type: "oneOf", values: ["open", "in_progress"] }),
    match("dueAt", "date", { type: "range", from: null, to }),
  );
}

const wasReopened = match("reopenedCount", "integer", {
  type: "range",
  from: { value: 1, isIncluded: true },
  to: null,
});

function dueBy(isPolicy: boolean): Condition {
  return and(present("dueAt"), match("isDueByPolicy", "boolean", { type: "oneOf", values: [isPolicy] }));
}

function yesOrNo(test: Test, holds: Condition): Condition {
  const values = test.type === "oneOf" ? test.values : [true, false];
  if (values.includes(true)) return values.includes(false) ? { type: "all" } : holds;
  return not(holds);
}

function inWords(test: Test, conditionOf: (word: string) => Condition, any: Condition): Condition {
  if (test.type !== "oneOf") return any;
  const conditions = test.values.map((word) => conditionOf(String(word)));
  return conditions.length === 1 ? conditions[0]! : or(...conditions);
}

const bucketDays: Readonly<Record<string, readonly [from: number, to: number | null]>> = {
  under_7_days: [Number.NEGATIVE_INFINITY, 6],
  "7_to_29_days": [7, 29],
  "30_to_89_days": [30, 89],
  "90_to_364_days": [90, 364],
  "365_days_or_more": [365, null],
};

function ofBucket(word: string, now: number): Condition {
  const [from, to] = bucketDays[word] ?? [0, null];
  return agedBetween(from === Number.NEGATIVE_INFINITY ? null : from, to, now);
}

function ofAge(test: Test, now: number): Condition {
  if (test.type === "oneOf") {
    const conditions = test.values.map((days) => agedBetween(Math.ceil(Number(days)), Math.floor(Number(days)), now));
    return conditions.length === 1 ? conditions[0]! : or(...conditions);
  }
  if (test.type !== "range") return present("firstFoundAt");
  const { from, to } = test;
  return agedBetween(from === null ? null : wholeFrom(from), to === null ? null : wholeTo(to), now);
}

function wholeFrom({ value, isIncluded }: Bound): number {
  return isIncluded ? Math.ceil(Number(value)) : Math.floor(Number(value)) + 1;
}

function wholeTo({ value, isIncluded }: Bound): number {
  return isIncluded ? Math.floor(Number(value)) : Math.ceil(Number(value)) - 1;
}

const dayMs = 86_400_000;
/** Nothing is as old; further back there are years that PostgreSQL does not read. */
const mostDays = 700_000;

/** So many whole days ago, both included. */
function agedBetween(from: number | null, to: number | null, now: number): Condition {
  const daysAgo = (days: number, isIncluded: boolean): Bound => ({
    value: new Date(now - Math.max(-mostDays, Math.min(mostDays, days)) * dayMs).toISOString(),
    isIncluded,
  });
  return match("firstFoundAt", "date", {
    type: "range",
    from: to === null ? null : daysAgo(to + 1, false),
    to: from === null ? null : daysAgo(from, true),
  });
}
