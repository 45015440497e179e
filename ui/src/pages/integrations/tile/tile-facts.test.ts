import { describe, expect, test } from "vitest";
import { type StreamName, streamNames } from "../../../../../src/model.ts";
import type { Integration, Run } from "../../../api/types.ts";
import { activeRuns, cureOf, gapText, levelsOf, notableRuns, pendingText, waitingText } from "./tile-facts.ts";

type StreamStatus = Integration["streams"][StreamName];

function aStream(more: Partial<StreamStatus> = {}): StreamStatus {
  return {
    enabled: true,
    intervalMinutes: 5,
    lastAttemptAt: null,
    lastSuccessAt: null,
    lastFullAt: null,
    watermark: null,
    failures: 0,
    error: null,
    warning: null,
    wizCount: 48_112,
    isWizCountCapped: false,
    wizCountedAt: null,
    outOfScope: 0,
    weirCount: 48_112,
    leftCount: 0,
    gap: 0,
    isGapNew: false,
    rejected: 0,
    missing: 0,
    review: null,
    goneNote: null,
    whyZero: null,
    lastPasses: [],
    ...more,
  };
}

function anIntegration(issues: Partial<StreamStatus>, more: Partial<Integration> = {}): Integration {
  const streams = Object.fromEntries(streamNames.map((name) => [name, aStream(name === "issues" ? issues : {})]));
  return {
    name: "prod",
    enabled: true,
    tile: { colour: "green", reason: "fine" },
    ...more,
    streams: streams as Integration["streams"],
  } as Integration;
}

function aRun(more: Partial<Run>): Run {
  return {
    id: "1",
    integration: "prod",
    trigger: "schedule",
    mode: "full",
    startedAt: "2026-11-29T12:00:00.000Z",
    finishedAt: null,
    result: null,
    requestedStreams: [...streamNames],
    streams: [],
    ...more,
  } as Run;
}

function aPass(more: Partial<Run["streams"][number]>): Run["streams"][number] {
  return { stream: "issues", pass: "full", wizCount: 4_000, fetched: 1_000, finishedAt: null, ...more } as never;
}

const issuesLevel = (issues: Partial<StreamStatus>, runs: Run[] = []) => levelsOf(anIntegration(issues), runs)[0];

describe("the level of a stream", () => {
  test("shows what Wiz and Weir have", () => {
    expect(issuesLevel({})).toMatchObject({ kind: "level", share: 1, text: "Wiz 48,112 · Weir 48,112", title: null });
  });

  test("has the gap beside it", () => {
    expect(issuesLevel({ weirCount: 48_100, gap: 12 })?.text).toBe("Wiz 48,112 · Weir 48,100 · 12 fewer");
    expect(issuesLevel({ weirCount: 48_136, gap: -24 })?.text).toBe("Wiz 48,112 · Weir 48,136 · 24 more");
  });

  test("says when Wiz stopped counting", () => {
    expect(issuesLevel({ wizCount: 10_000, isWizCountCapped: true, gap: -38_112 })).toMatchObject({
      text: "Wiz 10,000+ · Weir 48,112",
      title: null,
    });
  });

  test("W-41 tells a poll that brought nothing from one that fails", () => {
    const none = { wizCount: 0, weirCount: 0, whyZero: "Wiz has none that this service account may see" };
    expect(issuesLevel(none)).toMatchObject({ kind: "level", share: 0, text: "Wiz 0 · Weir 0", title: none.whyZero });
    const failing = { wizCount: null, weirCount: 0, failures: 2, whyZero: "the service account may not read it" };
    expect(issuesLevel(failing)).toMatchObject({ kind: "unavailable", text: "unavailable" });
    // What came in before it failed is still there.
    expect(issuesLevel({ failures: 2 })).toMatchObject({ kind: "failing", text: "Wiz 48,112 · Weir 48,112" });
  });

  test("follows a pass over everything, and no delta", () => {
    expect(issuesLevel({}, [aRun({ streams: [aPass({})] })])).toMatchObject({
      kind: "fetching",
      share: 0.25,
      text: "1,000 of 4,000",
    });
    expect(issuesLevel({}, [aRun({ streams: [aPass({ pass: "delta" })] })])).toMatchObject({ kind: "level" });
    expect(issuesLevel({}, [aRun({ streams: [aPass({ wizCount: null })] })])).toMatchObject({
      share: null,
      text: "1,000 so far",
    });
    // A tenant that grows meanwhile.
    expect(issuesLevel({}, [aRun({ streams: [aPass({ fetched: 4_100 })] })])).toMatchObject({
      share: 1,
      text: "4,100 of 4,100",
    });
  });

  test("of a stream that is switched off is nothing but that", () => {
    expect(issuesLevel({ enabled: false, weirCount: 3 })).toMatchObject({ kind: "off", text: "switched off · Weir 3" });
  });
});

test("a gap is told in words", () => {
  expect(gapText(aStream({ gap: 12 }))).toBe("12 fewer than Wiz counted");
  expect(gapText(aStream({ gap: -24 }))).toBe("24 more than Wiz counted");
  expect(gapText(aStream({ gap: -24, isGapNew: true }))).toBe("none when Wiz counted, 24 new since");
  expect(gapText(aStream({ gap: 3, isGapNew: true }))).toBe("none when Wiz counted, 3 gone since");
  expect(gapText(aStream())).toBeNull();
});

test("Q-37 what is still pending is said, and of a first run how long it may take", () => {
  const run = aRun({
    trigger: "first",
    streams: [
      aPass({ stream: "assets", finishedAt: "2026-11-29T12:01:00.000Z" }),
      aPass({ stream: "issues", finishedAt: "2026-11-29T12:01:00.000Z" }),
      aPass({ stream: "vulnerabilities" }),
    ],
  });
  expect(pendingText([run])).toBe(
    "Still to come: vulnerabilities, misconfigurations and threat detections. A first run of a large tenant can take two hours.",
  );
  expect(pendingText([])).toBeNull();
});

test("runs of others and runs that ended are none of its own", () => {
  const own = aRun({ id: "a" });
  const others = [aRun({ id: "b", integration: "other" }), aRun({ id: "c", finishedAt: "2026-11-29T12:01:00.000Z" })];
  expect(activeRuns({ name: "prod" }, [...others, own])).toEqual([own]);
});

test("a short poll by schedule is not worth a word", () => {
  const at = "2026-11-29T12:00:00.000Z";
  const poll = aRun({ mode: "delta", requestedAt: at });
  expect(notableRuns([poll], Date.parse(at) + 1_000)).toEqual([]);
  expect(notableRuns([poll], Date.parse(at) + 5_000)).toEqual([poll]);
  expect(notableRuns([aRun({ mode: "delta", trigger: "demand", requestedAt: at })], Date.parse(at))).toHaveLength(1);
});

test("W-40 a run that waits since Wiz limits the rate says so", () => {
  const source = { pausedUntil: "2026-11-29T12:00:05.000Z" } as Integration["source"];
  expect(waitingText({ source }, [aRun({})])).toContain("429");
  expect(waitingText({ source }, [])).toBeNull();
  expect(waitingText({ source: null }, [aRun({})])).toBeNull();
});

test("every trouble has a place where it is cured", () => {
  const cure = (reason: string, issues: Partial<StreamStatus> = {}) =>
    cureOf(anIntegration(issues, { tile: { colour: "amber", reason } }));
  expect(cure("authorization failed: refused the credentials")).toMatchObject({ tab: "settings" });
  expect(cure("12 of 20 open issues are missing", { review: "12 of 20 open issues are missing" })).toMatchObject({
    tab: "held",
  });
  expect(cure("backing off, since Wiz allows fewer requests")).toMatchObject({ tab: "governor" });
  expect(cure("issues: something else")).toMatchObject({ tab: "overview" });
  expect(cureOf(anIntegration({}))).toBeNull();
  expect(cureOf(anIntegration({}, { enabled: false, tile: { colour: "grey", reason: "disabled" } }))).toBeNull();
});
