import { expect, test } from "vitest";
import { type StreamName, streamNames } from "../../model.ts";
import type { Connection, Visibility } from "../connector.ts";
import { describePermissions } from "./permissions.ts";

const payments = { id: "11111111-aaaa-4aaa-8aaa-111111111111", name: "Payments" };
const retail = { id: "22222222-bbbb-4bbb-8bbb-222222222222", name: "Retail" };
const allScopes = [
  "read:issues",
  "read:vulnerabilities",
  "read:cloud_configuration",
  "read:detections",
  "read:resources",
];

function describeFor(
  visibility: Partial<Visibility>,
  projects?: string[],
  streams: readonly StreamName[] = streamNames,
) {
  const connection = { projects } as Connection;
  return describePermissions(connection, streams, { isKnown: true, projects: null, scopes: allScopes, ...visibility });
}

test("all there: which scope serves which stream, and nothing to do", () => {
  expect(describeFor({}, undefined, ["issues", "assets"])).toEqual({
    name: "permissions",
    ok: true,
    message: "has read:issues for issues, read:resources for assets",
    hint: null,
  });
});

test("read:all serves everything", () => {
  expect(describeFor({ scopes: ["read:all"] }).message).toMatch(/^has read:all for issues,.* read:all for assets$/);
});

test("what is missing is named with its stream, and is no failure of this step", () => {
  const step = describeFor({ scopes: ["read:issues"] }, undefined, ["issues", "detections"]);
  expect(step).toMatchObject({ ok: true, message: "has read:issues for issues; lacks read:detections for detections" });
  expect(step.hint).toMatch(/Service Accounts.*or switch these streams off/);
});

test("what may not be read is said, and nothing else", () => {
  expect(describeFor({ isKnown: false, scopes: null })).toMatchObject({
    ok: true,
    message: expect.stringMatching(/may not read its own scopes.*read:service_accounts/),
    hint: null,
  });
});

test("a scope that writes should be taken away", () => {
  expect(describeFor({ scopes: [...allScopes, "write:issue_status"] }).hint).toMatch(/needs no write:issue_status/);
});

test("a limit to projects is said, with the ids that make it a setting", () => {
  const step = describeFor({ projects: [payments, retail] });
  expect(step.message).toMatch(/limited to projects: Payments, Retail$/);
  expect(step.hint).toContain(`--projects ${payments.id},${retail.id}`);
  expect(step.ok).toBe(true);
});

test("a limit that the integration names needs no hint", () => {
  const step = describeFor({ projects: [payments, retail] }, [payments.id]);
  expect(step).toMatchObject({
    ok: true,
    message: expect.stringMatching(/limited to projects: Payments$/),
    hint: null,
  });
});

test("projects are shown by their ids where the names are unknown", () => {
  expect(describeFor({ isKnown: false, scopes: null }, [retail.id]).message).toContain(
    `limited to projects: ${retail.id}`,
  );
});

test("a project that the service account does not see is a failure: nothing would ever come", () => {
  const step = describeFor({ projects: [payments] }, [retail.id]);
  expect(step).toMatchObject({ ok: false, message: expect.stringContaining(`names ${retail.id}, which`) });
  expect(step.hint).toContain(`Payments (${payments.id})`);
});
