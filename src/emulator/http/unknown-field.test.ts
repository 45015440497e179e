import { describe, expect, it } from "vitest";
import { createTestClient } from "../test-client.ts";

const issues =
  "query ($filterBy: IssueFilters, $orderBy: IssueOrder) {\n  issuesV2(first: 1, filterBy: $filterBy, orderBy: $orderBy) {\n    nodes { id dueAt entitySnapshot { name region } }\n  }\n}";

function without(field: string, stream?: string) {
  return createTestClient({ faults: [{ kind: "unknown-field", field, stream }] });
}

describe("a field that no longer exists", () => {
  it("is refused as graphql-js refuses it, with the place where it stands", async () => {
    const { status, body } = await without("dueAt", "issues").query(issues);
    expect(status).toBe(400);
    expect(body).toEqual({
      errors: [
        {
          message: 'Cannot query field "dueAt" on type "Issue".',
          locations: [{ line: 3, column: 16 }],
          extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
        },
      ],
    });
  });

  it("does not hurt those who do not ask for it, nor other streams", async () => {
    const client = without("dueAt", "issues");
    expect((await client.query("{ issuesV2(first: 1) { nodes { id } } }")).status).toBe(200);
    expect((await client.query("{ vulnerabilityFindings(first: 1) { nodes { id } } }")).status).toBe(200);
    expect((await without("severity").query("{ detections(first: 1) { nodes { severity } } }")).status).toBe(400);
  });

  it("is named once for each that is gone, and is back when the fault is", async () => {
    const client = createTestClient();
    await client.post("/emulator/faults", {
      faults: [
        { kind: "unknown-field", field: "dueAt" },
        { kind: "unknown-field", field: "IssueEntitySnapshot.region" },
      ],
    });
    expect((await client.query(issues)).body.errors.map((error: { message: string }) => error.message)).toEqual([
      'Cannot query field "dueAt" on type "Issue".',
      'Cannot query field "region" on type "IssueEntitySnapshot".',
    ]);
    await client.post("/emulator/faults", { clear: true });
    expect((await client.query(issues)).status).toBe(200);
  });

  it("can be a filter, an order, an argument or a whole list", async () => {
    const filter = await without("IssueFilters.statusChangedAt").query(issues, {
      filterBy: { statusChangedAt: { after: "2026-01-01T00:00:00Z" } },
    });
    expect(filter).toMatchObject({
      status: 400,
      body: { data: null, errors: [{ extensions: { code: "VALIDATION_INVALID_TYPE_VARIABLE", name: "filterBy" } }] },
    });
    const inline = await without("IssueFilters.statusChangedAt").query(
      '{ issuesV2(first: 1, filterBy: { statusChangedAt: { after: "2026-01-01T00:00:00Z" } }) { totalCount } }',
    );
    expect(inline.body.errors[0]).toMatchObject({
      message: expect.stringMatching(/"IssueFilters".*"statusChangedAt"/),
      extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
    });
    const order = await without("IssueOrderField.SEVERITY").query(issues, {
      orderBy: { field: "SEVERITY", direction: "DESC" },
    });
    expect(order.body.errors[0].message).toMatch(/^cannot represent value/);
    expect((await without("Query.issuesV2.orderBy").query(issues)).body.errors[0].message).toBe(
      'Unknown argument "orderBy" on field "Query.issuesV2".',
    );
    expect((await without("Query.detections").query("{ detections(first: 1) { totalCount } }")).body.errors[0]).toEqual(
      expect.objectContaining({ message: 'Cannot query field "detections" on type "Query".' }),
    );
  });

  it("is missing from introspection too", async () => {
    const names = async (client: ReturnType<typeof createTestClient>) =>
      (await client.query('{ __type(name: "Issue") { fields { name } } }')).text;
    expect(await names(createTestClient())).toContain('"dueAt"');
    expect(await names(without("dueAt"))).not.toContain('"dueAt"');
  });

  it("must be one that the schema had", () => {
    expect(() => without("altitude")).toThrow("needs a field that the schema has");
    expect(() => without("dueAt", "assets")).toThrow("needs a field that the schema has");
    expect(() => createTestClient({ faults: [{ kind: "unknown-field" }] })).toThrow(RangeError);
  });
});
