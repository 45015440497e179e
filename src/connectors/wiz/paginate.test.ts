import { describe, expect, test } from "vitest";
import { WizCursorError, WizResponseError, WizUnavailableError } from "../../errors.ts";
import type { StreamName } from "../../model.ts";
import type { SliceSpec } from "../connector.ts";
import { type PageRequest, pageVariables, readPage } from "./paginate.ts";
import { wizStreams } from "./streams/all.ts";

const after = "2026-01-01T00:00:00Z";
const before = "2026-02-01T00:00:00Z";

function variablesOf(stream: StreamName, changes: Partial<SliceSpec>, request: Partial<PageRequest> = {}) {
  const spec: SliceSpec = { stream, lane: "delta", clock: "updatedAt", after, before, ...changes };
  const variables = pageVariables(wizStreams[stream], {
    spec,
    cursor: null,
    first: 500,
    projects: [],
    asked: { isUnordered: false, withoutFilters: [], withoutValues: [] },
    ...request,
  });
  return variables as {
    filterBy: Record<string, unknown>;
    orderBy: unknown;
    first: number;
    after: unknown;
    withCount: boolean;
  };
}

describe("what is asked", () => {
  test.each([
    ["issues", "statusChangedAt", "STATUS_CHANGED_AT"],
    ["issues", "createdAt", "CREATED_AT"],
    ["vulnerabilities", "updatedAt", "CREATED_AT"],
    ["misconfigurations", "updatedAt", "ANALYZED_AT"],
    ["detections", "updatedAt", "UPDATED_AT"],
    ["assets", "updatedAt", "FIRST_SEEN"],
  ] as const)("Q-11: a delta of %s has its window on %s and an order that is stable there", (stream, clock, field) => {
    const { filterBy, orderBy } = variablesOf(stream, { clock });
    expect(filterBy[clock]).toEqual({ after, before });
    expect(orderBy).toEqual({ field, direction: "ASC" });
  });

  test("Q-11: deltas of issues ask on two clocks, for a status that Wiz dates back must not hide a new issue", () => {
    expect(wizStreams.issues.questions.delta.map(({ clock }) => clock)).toEqual(["statusChangedAt", "createdAt"]);
  });

  test("full passes go by a clock that never changes for a record", () => {
    const clocks = Object.values(wizStreams).flatMap(({ questions }) => questions.full.map(({ clock }) => clock));
    expect(new Set(clocks)).toEqual(new Set(["createdAt", "firstSeenAt", "firstSeen"]));
  });

  test("an open end is left out, and without both there is no window", () => {
    expect(variablesOf("assets", { after: null }).filterBy.updatedAt).toEqual({ before });
    expect(variablesOf("assets", { after: null, before: null }).filterBy).not.toHaveProperty("updatedAt");
  });

  test("closed findings are asked for by name", () => {
    expect(variablesOf("issues", {}).filterBy.status).toContain("RESOLVED");
    expect(variablesOf("vulnerabilities", {}).filterBy.status).toContain("REJECTED");
  });

  test("detections name both types: any other filter alone would silently answer one", () => {
    for (const lane of ["delta", "full"] as const) {
      expect(variablesOf("detections", { lane }).filterBy.type).toEqual({ equals: ["GENERATED_THREAT", "MATCH_ONLY"] });
    }
  });

  test("deltas see deletions, full passes see what is there", () => {
    expect(variablesOf("assets", { lane: "delta" }).filterBy.includeDeleted).toBe(true);
    expect(variablesOf("assets", { lane: "full" }).filterBy.includeDeleted).toBe(false);
  });

  test("the two parts of the misconfigurations have no result in common", () => {
    const results = wizStreams.misconfigurations.questions.delta.map(
      (question) => variablesOf("misconfigurations", question).filterBy.result as string[],
    );
    expect(results).toHaveLength(2);
    expect(results[0]?.filter((result) => results[1]?.includes(result))).toEqual([]);
  });

  test.each([
    ["issues", { project: ["p1"] }],
    ["vulnerabilities", { projectIdV2: { equals: ["p1"] } }],
    ["misconfigurations", { resource: { projectId: ["p1"] } }],
    ["detections", { projectId: ["p1"] }],
    ["assets", { project: { idV2: { equals: ["p1"] } } }],
  ] as const)("Q-19: a project filter has the shape that %s wants", (stream, filter) => {
    expect(variablesOf(stream, {}, { projects: ["p1"] }).filterBy).toMatchObject(filter);
    for (const key of Object.keys(filter)) expect(variablesOf(stream, {}).filterBy).not.toHaveProperty(key);
  });

  test("the count is asked on the first page only", () => {
    expect(variablesOf("issues", {}).withCount).toBe(true);
    expect(variablesOf("issues", {}, { cursor: "c" })).toMatchObject({ withCount: false, after: "c" });
  });

  test("a refused order is no longer asked for", () => {
    expect(
      variablesOf("misconfigurations", {}, { asked: { isUnordered: true, withoutFilters: [], withoutValues: [] } })
        .orderBy,
    ).toBeNull();
  });
});

describe("what is read", () => {
  const stream = wizStreams.assets;
  const pageOf = (page: Record<string, unknown>, cursor: string | null = null) => readPage(stream, cursor, { page });
  const more = { hasNextPage: true, endCursor: "c2" };
  const done = { hasNextPage: false, endCursor: "c9" };

  test("records, the next cursor and the count", () => {
    const page = pageOf({ nodes: [{ id: "a" }, { id: "b" }], pageInfo: more, totalCount: 7, maxCountReached: true });
    expect(page.records.map((record) => record.asset?.externalId)).toEqual(["a", "b"]);
    expect(page).toMatchObject({ nextCursor: "c2", count: { value: 7, isCapped: true }, rejected: [] });
  });

  test("the cursor of the last page leads nowhere, and later pages have no count", () => {
    expect(pageOf({ nodes: [], pageInfo: done })).toMatchObject({ nextCursor: null, count: null });
  });

  test("a record that cannot be read is rejected with its reason and its raw form, and the page goes on", () => {
    const bad = { id: "b", updatedAt: "soon" };
    const page = pageOf({ nodes: [{ id: "a" }, bad, null, "text", {}, { id: "c" }], pageInfo: done });
    expect(page.records).toHaveLength(2);
    expect(page.rejected).toEqual([
      { externalId: "b", reason: "updatedAt is not a time: soon", raw: bad },
      { externalId: null, reason: "the record is no object", raw: null },
      { externalId: null, reason: "the record is no object", raw: "text" },
      { externalId: null, reason: "the record has no id", raw: {} },
    ]);
  });

  test("an empty page with more to come is normal", () => {
    expect(pageOf({ nodes: [], pageInfo: more })).toMatchObject({ records: [], nextCursor: "c2" });
  });

  test("null for an empty list is normal, null for one with something in it is asked for again", () => {
    const end = { hasNextPage: false, endCursor: null };
    expect(pageOf({ nodes: null, pageInfo: end, totalCount: 0 })).toMatchObject({ records: [], nextCursor: null });
    expect(() => pageOf({ nodes: null, pageInfo: more })).toThrow(WizUnavailableError);
    expect(() => pageOf({ nodes: null, pageInfo: done })).toThrow(WizUnavailableError);
    expect(() => pageOf({ nodes: null, pageInfo: end, totalCount: 3 })).toThrow(WizUnavailableError);
  });

  test.each([null, "", undefined])("more to come with the cursor %j is an error, never a loop", (endCursor) => {
    expect(() => pageOf({ nodes: [], pageInfo: { hasNextPage: true, endCursor } })).toThrow(WizCursorError);
  });

  test("the cursor that was just sent is an error, never a loop", () => {
    expect(() => pageOf({ nodes: [], pageInfo: more }, "c2")).toThrow(WizCursorError);
  });

  test.each([[{ page: null }], [{}], [{ page: { nodes: [] } }]])("%j is no page", (data) => {
    expect(() => readPage(stream, null, data)).toThrow(WizResponseError);
  });
});
