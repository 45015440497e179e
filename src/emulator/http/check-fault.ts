import { pathsOf } from "../graphql/reduced-schema.ts";
import { wizSchema } from "../graphql/schema.ts";
import { type FaultSpec, faultKinds, streamRoots } from "./faults.ts";

/** The settings that are numbers, with the least that each can be. */
export const faultNumbers = {
  probability: 0,
  every: 1,
  times: 0,
  skip: 0,
  span: 0,
  afterSeconds: 0,
  forSeconds: 0,
  above: 0,
  status: 200,
  retryAfter: 0,
  delayMs: 0,
} as const;

/** The settings that are words; a list holds all that are known. */
export const faultWords = {
  stream: null,
  field: null,
  at: ["start", "body"],
  body: ["html", "text", "json", "empty"],
} as const;

/** A typing error in a fault would make a test pass that should fail. @throws RangeError that says what is wrong */
export function checkFault(spec: FaultSpec): FaultSpec {
  if (!faultKinds.includes(spec.kind))
    throw new RangeError(`unknown fault "${spec.kind}"; known: ${faultKinds.join(", ")}`);
  for (const [name, value] of Object.entries(spec)) {
    if (name !== "kind" && value !== undefined) checkSetting(spec.kind, name, value);
  }
  const { stream } = spec;
  if (stream !== undefined && !knownStreams().includes(stream))
    throw new RangeError(`no stream "${stream}"; there are ${knownStreams().join(", ")}`);
  if (spec.kind === "unknown-field" && pathsOf(spec.field ?? "", spec.stream).length === 0) {
    throw new RangeError(
      `unknown-field needs a field that the schema has, such as dueAt, Issue.dueAt, IssueFilters.statusChangedAt, IssueOrderField.SEVERITY or Query.issuesV2.orderBy; not "${spec.field ?? ""}"`,
    );
  }
  return spec;
}

function knownStreams(): string[] {
  const roots = Object.keys(wizSchema().getQueryType()?.getFields() ?? {});
  return [...new Set([...Object.keys(streamRoots), "token", ...roots])];
}

function checkSetting(kind: string, name: string, value: unknown): void {
  const least = (faultNumbers as Record<string, number>)[name];
  const words = (faultWords as Record<string, readonly string[] | null>)[name];
  if (least === undefined && words === undefined) {
    const known = [...Object.keys(faultNumbers), ...Object.keys(faultWords)].join(", ");
    throw new RangeError(`"${name}" is no setting of a fault (${kind}); there are ${known}`);
  }
  const isRight =
    least !== undefined
      ? typeof value === "number" && value >= least && (name !== "probability" || value <= 1)
      : typeof value === "string" && (words?.includes(value) ?? true);
  if (isRight) return;
  const wanted = least !== undefined ? `a number, ${least} or more` : (words?.join(" or ") ?? "a text");
  throw new RangeError(`${name} of a fault (${kind}) must be ${name === "probability" ? "0 to 1" : wanted}`);
}
