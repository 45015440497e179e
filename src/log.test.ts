import { expect, test } from "vitest";
import { createLogger } from "./log.ts";
import { createLogLines, type IntegrationLine } from "./log-lines.ts";

function aLog(options: { format?: "text" | "json"; level?: string } = {}) {
  const shown: string[] = [];
  const kept: IntegrationLine[] = [];
  const stream = { write: (line: string) => shown.push(line) };
  const lines = { add: (line: IntegrationLine) => void kept.push(line) };
  return { shown, kept, log: createLogger({ format: "text", ...options, stream, lines }) };
}

const integrationId = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const runId = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

test("W-41 a line about an integration is kept with the text that is shown, and with its run and stream", () => {
  const { shown, kept, log } = aLog();
  log.info("weir: listening");
  const run = log.child({ component: "wiz", integrationId }).child({ runId });
  run.info({ stream: "issues" }, "fetched 12 issues");
  run.error({ err: new Error("no route", { cause: new Error("EHOSTUNREACH") }) }, "the run failed");
  expect(shown.slice(1)).toEqual([
    "[INFO] wiz: fetched 12 issues\n",
    "[ERROR] wiz: the run failed: no route: EHOSTUNREACH\n",
  ]);
  const at = expect.stringMatching(/^\d{4}-.*Z$/);
  expect(kept).toEqual([
    { integrationId, at, level: "info", text: "wiz: fetched 12 issues", stream: "issues", runId },
    { integrationId, at, level: "error", text: "wiz: the run failed: no route: EHOSTUNREACH", stream: null, runId },
  ]);
});

test("lines are kept from info on, whatever level is shown, and in either format", () => {
  for (const format of ["text", "json"] as const) {
    const quiet = aLog({ format, level: "error" });
    quiet.log.child({ integrationId }).info("fetched");
    expect([quiet.shown.length, quiet.kept.length]).toEqual([0, 1]);
    const loud = aLog({ format, level: "debug" });
    loud.log.child({ integrationId }).debug("asking");
    expect([loud.shown.length, loud.kept.length]).toEqual([1, 0]);
  }
});

test("what is redacted is redacted everywhere", () => {
  const { shown, log } = aLog({ format: "json" });
  log.child({ integrationId }).warn({ connection: { clientSecret: "hunter2" } }, "refused");
  expect(shown.join()).toContain("[Redacted]");
  expect(shown.join()).not.toContain("hunter2");
});

const aLine = (n: number): IntegrationLine => {
  return { integrationId, at: `2026-08-01T00:00:0${n}Z`, level: "info", text: `line ${n}`, stream: null, runId: null };
};
const texts = (lines: readonly IntegrationLine[]) => lines.map(({ text }) => text);

test("lines that wait are bounded: the oldest go, and how many is said where they were", () => {
  const lines = createLogLines(3);
  for (const n of [1, 2, 3, 4, 5]) lines.add(aLine(n));
  const taken = lines.take();
  expect(texts(taken)).toEqual([expect.stringMatching(/^2 log lines are missing here/), "line 3", "line 4", "line 5"]);
  expect(taken[0]).toMatchObject({ integrationId, level: "warn", at: aLine(2).at });
  expect(lines.take()).toEqual([]);
});

test("lines that could not be stored come again before the others, within the same bounds", () => {
  const lines = createLogLines(3);
  for (const n of [1, 2]) lines.add(aLine(n));
  const taken = lines.take();
  lines.add(aLine(3));
  lines.giveBack(taken);
  expect(texts(lines.take())).toEqual(["line 1", "line 2", "line 3"]);
  for (const n of [4, 5]) lines.add(aLine(n));
  lines.giveBack(taken);
  expect(texts(lines.take())).toEqual([expect.stringMatching(/^1 log line is missing/), "line 2", "line 4", "line 5"]);
});
