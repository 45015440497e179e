import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import { createAdaptation } from "./adaptation.ts";
import type { GraphqlError } from "./answer.ts";
import { wizStreams } from "./streams/all.ts";

function errorOf(message: string, extensions: Record<string, unknown> = {}): GraphqlError {
  return { message, code: "GRAPHQL_VALIDATION_FAILED", path: [], locations: [], extensions };
}

const unknown = (field: string) => errorOf(`Cannot query field "${field}" on type "VulnerabilityFinding".`);

function setUp(stream: keyof typeof wizStreams = "vulnerabilities") {
  let time = 0;
  const adaptation = createAdaptation(wizStreams[stream], () => time);
  const filter = wizStreams[stream].filter(
    { stream, lane: "delta", clock: "updatedAt", after: null, before: null },
    [],
  );
  const refuse = (...errors: GraphqlError[]) => adaptation.refused(adaptation.current(), errors, filter);
  const accept = () => adaptation.accepted(adaptation.current());
  return { adaptation, refuse, accept, filter, pass: (ms: number) => (time += ms) };
}

const hourMs = 3_600_000;

describe("a field that Wiz no longer knows", () => {
  test("is left out and named", () => {
    const { adaptation, refuse } = setUp();
    expect(refuse(unknown("portalUrl"))).toEqual({
      next: "again",
      news: ["Wiz no longer knows portalUrl; read without it"],
    });
    expect(adaptation.current().document).not.toMatch(/portalUrl/);
    expect(adaptation.warnings()).toEqual(["Wiz no longer knows portalUrl; read without it"]);
  });

  test("is said once, however many pages were on their way", () => {
    const { adaptation, filter } = setUp();
    const asked = adaptation.current();
    expect(adaptation.refused(asked, [unknown("portalUrl")], filter).news).toHaveLength(1);
    expect(adaptation.refused(asked, [unknown("portalUrl")], filter)).toEqual({ next: "again", news: [] });
    expect(adaptation.warnings()).toHaveLength(1);
  });

  test("and another one later: both are named", () => {
    const { adaptation, refuse } = setUp();
    refuse(unknown("portalUrl"));
    refuse(unknown("epssPercentile"));
    expect(adaptation.warnings()).toEqual(["Wiz no longer knows portalUrl, epssPercentile; read without it"]);
  });

  test("stops the stream when a record means nothing without it", () => {
    const { adaptation, refuse } = setUp();
    expect(refuse(unknown("severity")).next).toBe("stop");
    expect(adaptation.warnings()).toEqual([]);
  });

  test.each(["totalCount", "maxCountReached"])("%s: the records come without it", (field) => {
    const { adaptation, refuse } = setUp();
    expect(refuse(unknown(field)).next).toBe("again");
    const schema = buildSchema(readFileSync(new URL("schema.graphql", import.meta.url), "utf8"));
    expect(validate(schema, parse(adaptation.current().document)).map(String)).toEqual([]);
  });

  test("with both counts gone the variable that asked for them goes too", () => {
    const { adaptation, refuse } = setUp();
    refuse(unknown("totalCount"), unknown("maxCountReached"));
    const { document } = adaptation.current();
    expect(document).not.toMatch(/withCount/);
    const schema = buildSchema(readFileSync(new URL("schema.graphql", import.meta.url), "utf8"));
    expect(validate(schema, parse(document)).map(String)).toEqual([]);
  });
});

describe("a field that is back", () => {
  test("is tried after an hour, by one page only, and read again when that works", () => {
    const { adaptation, refuse, pass } = setUp();
    refuse(unknown("portalUrl"));
    pass(hourMs - 1);
    expect(adaptation.current().document).not.toMatch(/portalUrl/);
    pass(1);
    const trial = adaptation.current();
    expect(trial.document).toMatch(/portalUrl/);
    const other = adaptation.current();
    expect(other.document).not.toMatch(/portalUrl/);
    expect(adaptation.accepted(other)).toBeNull();
    expect(adaptation.warnings()).toHaveLength(1);
    expect(adaptation.accepted(trial)).toMatch(/accepts the whole question again.*portalUrl/);
    expect(adaptation.warnings()).toEqual([]);
    expect(adaptation.current().document).toMatch(/portalUrl/);
  });

  test("is tried again an hour later when it was not, without a word", () => {
    const { adaptation, refuse, accept, pass } = setUp();
    refuse(unknown("portalUrl"));
    for (let hours = 0; hours < 3; hours++) {
      pass(hourMs);
      expect(refuse(unknown("portalUrl"))).toEqual({ next: "again", news: [] });
      expect(adaptation.current().document).not.toMatch(/portalUrl/);
      expect(accept()).toBeNull();
    }
    expect(adaptation.warnings()).toEqual(["Wiz no longer knows portalUrl; read without it"]);
  });

  test("clears its warning although another one is still gone", () => {
    const { adaptation, refuse, pass } = setUp();
    refuse(unknown("portalUrl"), unknown("epssPercentile"));
    pass(hourMs);
    refuse(unknown("epssPercentile"));
    expect(adaptation.warnings()).toEqual(["Wiz no longer knows epssPercentile; read without it"]);
    expect(adaptation.current().document).toMatch(/portalUrl/);
  });

  test("a trial that fails in another way changes nothing", () => {
    const { adaptation, refuse, pass } = setUp();
    refuse(unknown("portalUrl"));
    pass(hourMs);
    expect(refuse(unknown("severity")).next).toBe("again");
    expect(adaptation.current().document).not.toMatch(/portalUrl/);
  });
});

describe("the filter", () => {
  test.each([
    'Variable "$filterBy" got invalid value "REJECTED" at "filterBy.status[3]"; Value "REJECTED" does not exist in "FindingCommonStatus" enum.',
    'Enum "FindingCommonStatus" cannot represent value: "REJECTED"',
  ])("loses a value that Wiz does not know: %s", (message) => {
    const { adaptation, refuse } = setUp();
    expect(refuse(errorOf(message)).next).toBe("again");
    expect(adaptation.current().withoutValues).toEqual(["REJECTED"]);
    expect(adaptation.warnings()).toEqual(["Wiz no longer knows the value REJECTED; asked for without it"]);
  });

  test("keeps the last value of a list", () => {
    const { refuse } = setUp();
    const values = ["OPEN", "IN_PROGRESS", "RESOLVED", "REJECTED"];
    expect(refuse(...values.map((value) => errorOf(`Enum "S" cannot represent value: "${value}"`))).next).toBe("stop");
  });

  test.each([
    ['Field "includeDeleted" is not defined by type "CloudResourceV2Filters".', {}],
    ["invalid type for variable: 'filterBy'", { name: "filterBy" }],
  ])("of assets loses what only saves work: %s", (message, extensions) => {
    const { adaptation, refuse } = setUp("assets");
    expect(refuse(errorOf(message, extensions)).next).toBe("again");
    expect(adaptation.current().withoutFilters).toEqual(["includeDeleted"]);
    expect(refuse(errorOf(message, extensions)).next).toBe("stop");
  });

  test("of issues has nothing that could be left out", () => {
    const { refuse } = setUp("issues");
    expect(refuse(errorOf("invalid type for variable: 'filterBy'", { name: "filterBy" })).next).toBe("stop");
  });
});

test("a refused order is given up, and tried again later", () => {
  const { adaptation, refuse, pass } = setUp();
  refuse(errorOf("invalid type for variable", { name: "orderBy" }));
  expect(adaptation.current().isUnordered).toBe(true);
  expect(adaptation.warnings()).toEqual([expect.stringMatching(/refuses the order/)]);
  pass(hourMs);
  expect(adaptation.current().isUnordered).toBe(false);
});
