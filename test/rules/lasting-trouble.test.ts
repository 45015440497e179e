import { afterAll, beforeAll, describe, test } from "vitest";
import type { FaultSpec } from "../../src/emulator/http/faults.ts";
import type { RunResult } from "../../src/store/run.ts";
import type { Tile } from "../../src/sync/state.ts";
import { expectRepaired, expectState } from "./repair.ts";
import { aTenant, type Tenant } from "./tenant.ts";

/** One for all: each trouble is over before the next one begins, or its own test fails. */
let tenant: Tenant;
beforeAll(async () => {
  tenant = await aTenant({ findings: 100 });
  await tenant.full();
});
afterAll(() => tenant.close());

const failing = /^issues: /;
const backingOff = /^backing off, since Wiz allows fewer requests \(issues\)/;

describe("trouble that does not pass is told in words, and is repaired by the next good run", () => {
  test.each<[FaultSpec, RunResult, Tile["colour"], RegExp, RegExp]>([
    [{ kind: "time-out", delayMs: 1 }, "partial", "amber", failing, /is not well: it answered 504/],
    [{ kind: "server-error", status: 502 }, "partial", "amber", failing, /is not well: it answered 502/],
    [{ kind: "server-error", status: 500, body: "empty" }, "partial", "amber", failing, /is not well: it answered 500/],
    [{ kind: "broken-json" }, "partial", "amber", failing, /text that is not whole JSON/],
    [{ kind: "cut" }, "partial", "amber", failing, /cannot be reached: no connection/],
    [{ kind: "cut", at: "body" }, "partial", "amber", failing, /cut the connection in the middle of its answer/],
    [{ kind: "internal-error" }, "partial", "amber", failing, /failed to answer: oops!/],
    [{ kind: "downstream-error" }, "partial", "amber", failing, /failed to query a downstream service/],
    [{ kind: "too-complex" }, "partial", "amber", failing, /finds the query for issues too complex/],
    [{ kind: "html" }, "partial", "amber", failing, /a web page instead of data\. Check the API endpoint/],
    [{ kind: "null-list" }, "partial", "amber", failing, /a page of issues without its records/],
    [{ kind: "api-403" }, "partial", "amber", failing, /may not read issues: it needs read:issues/],
    [
      { kind: "rate-limit" },
      "partial",
      "amber",
      backingOff,
      /limits the rate of requests \(429\); it asks to wait 1 s/,
    ],
    [{ kind: "rate-limit-bare" }, "partial", "amber", backingOff, /limits the rate of requests \(429\)\. Weir slows/],
    [{ kind: "rate-limit-graphql" }, "partial", "amber", backingOff, /limits the rate of requests \(429\); it asks/],
    [{ kind: "unauthenticated" }, "unauthorized", "red", /^authorization failed/, /refused the token/],
    [{ kind: "forbidden-ip" }, "unauthorized", "red", /^authorization failed/, /this network address \(FORBIDDEN_IP\)/],
  ])("%o", async (fault, result, colour, reason, error) => {
    await tenant.control("faults", { faults: [{ ...fault, stream: "issues" }] });
    await tenant.full("issues", "assets");
    await expectState(tenant, { result, colour, reason, error });
    await tenant.control("faults", { clear: true });
    await expectRepaired(tenant);
  });

  test.each<[FaultSpec, RunResult, Tile["colour"], RegExp]>([
    [{ kind: "server-error", status: 503 }, "failed", "red", /is not well: it answered 503 to the token request/],
    [{ kind: "cut" }, "failed", "red", /cannot be reached/],
    [{ kind: "rate-limit" }, "failed", "amber", /asks for fewer token requests \(429\)/],
    [{ kind: "html" }, "failed", "red", /no JSON: if it goes on, check the token URL/],
    [{ kind: "broken-json" }, "failed", "red", /something that is no JSON/],
    [{ kind: "token-403" }, "unauthorized", "red", /refused the credentials \(403 invalid_client\)/],
  ])("%o at the token endpoint", async (fault, result, colour, error) => {
    await tenant.control("faults", { faults: [{ ...fault, stream: "token" }] });
    await tenant.full();
    await expectState(tenant, { result, colour, reason: /./, error });
    await tenant.control("faults", { clear: true });
    await expectRepaired(tenant);
  });
});
