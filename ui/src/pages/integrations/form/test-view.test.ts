import { describe, expect, test } from "vitest";
import type { TestStep } from "../../../api/integration-test.ts";
import { grantOf, limitingProjects, stepViews, type TestRun, verdictOf } from "./test-view.ts";

function aStep(name: string, ok = true, hint: string | null = null): TestStep {
  return { name, ok, message: `${name} was tried`, hint };
}

const base = ["endpoint", "network", "token", "permissions"].map((name) => aStep(name));

function aRun(steps: TestStep[], more: Partial<TestRun> = {}): TestRun {
  return { of: "this", streams: ["issues", "assets"], steps, isRunning: false, error: null, ...more };
}

describe("the steps of a test", () => {
  test("are all seen from the beginning, with the one that is going on", () => {
    const views = stepViews(aRun([aStep("endpoint")], { isRunning: true }));
    expect(views.map(({ title, state }) => `${title} ${state}`)).toEqual([
      "Addresses ok",
      "Network path running",
      "Credentials waiting",
      "Permissions waiting",
      "Issues waiting",
      "Assets waiting",
    ]);
  });

  test("that were not reached are not said to have failed", () => {
    const views = stepViews(aRun([aStep("endpoint"), aStep("network", false, "Open port 443.")]));
    expect(views.map(({ state }) => state)).toEqual(["ok", "failed", "skipped", "skipped", "skipped", "skipped"]);
    expect(views[1]?.hint).toBe("Open port 443.");
  });

  test("send nobody to a command line", () => {
    const hint =
      "This service account sees these projects only. Say that this is wanted with --projects 3fa85f64-5717-4562-b3fc-2c963f66afa6";
    expect(stepViews(aRun([aStep("permissions", true, hint)]))[0]?.hint).toBe(
      "This service account sees these projects only. Name them under Schedule and scope to say that this is wanted.",
    );
    expect(limitingProjects(aRun([aStep("permissions", true, hint)]))).toEqual([
      "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    ]);
    expect(limitingProjects(aRun(base))).toEqual([]);
  });
});

describe("the verdict", () => {
  const wanted = ["issues", "assets"] as const;
  const passed = aRun([...base, aStep("issues"), aStep("assets")]);
  const partial = aRun([...base, aStep("issues"), aStep("assets", false)]);

  test("is passed when all that is wanted can be read", () => {
    expect(verdictOf(passed, "this", wanted).kind).toBe("passed");
    expect(verdictOf(null, "this", wanted).kind).toBe("none");
    expect(verdictOf({ ...passed, isRunning: true }, "this", wanted).kind).toBe("running");
    expect(verdictOf({ ...passed, error: new Error("lost") }, "this", wanted).kind).toBe("broken");
  });

  test("is old once something else would be tried", () => {
    expect(verdictOf(passed, "another secret", wanted).kind).toBe("outdated");
    expect(verdictOf(passed, "this", [...wanted, "detections"])).toMatchObject({
      kind: "outdated",
      text: "Threat detections not tested yet: test it again.",
    });
  });

  test("Q-12 counts only the streams that are wanted", () => {
    expect(verdictOf(partial, "this", wanted)).toMatchObject({ kind: "partial", failing: ["assets"] });
    expect(verdictOf(partial, "this", ["issues"]).kind).toBe("passed");
    expect(verdictOf(partial, "this", ["assets"]).kind).toBe("failed");
    expect(grantOf(partial, "assets")).toBe("missing");
    expect(grantOf(partial, "detections")).toBe("unknown");
  });

  test("says where it stopped", () => {
    expect(verdictOf(aRun([aStep("endpoint"), aStep("network", false)]), "this", wanted)).toMatchObject({
      kind: "failed",
      text: "The test stopped at: network path.",
    });
  });
});
