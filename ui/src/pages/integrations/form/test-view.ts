import { type StreamName, streamNames } from "../../../../../src/model.ts";
import type { TestStep } from "../../../api/integration-test.ts";
import { listText, sentence, streamTitles, streamWord } from "../words.ts";

/** A test of a connection, as far as it came. */
export interface TestRun {
  /** What was tried; another one makes the result old. */
  of: string;
  /** The streams that were to be tried. */
  streams: readonly StreamName[];
  steps: readonly TestStep[];
  isRunning: boolean;
  /** The test itself broke. */
  error: unknown;
}

const baseSteps = ["endpoint", "network", "token", "permissions"] as const;

const stepTitles: Record<string, string> = {
  endpoint: "Addresses",
  network: "Network path",
  token: "Credentials",
  permissions: "Permissions",
  time: "Time",
};

function isStream(name: string): name is StreamName {
  return (streamNames as readonly string[]).includes(name);
}

export interface StepView {
  name: string;
  title: string;
  state: "waiting" | "running" | "ok" | "failed" | "skipped";
  message: string | null;
  hint: string | null;
}

/** Every step of a test, also those to come, so that one sees how far it is. */
export function stepViews({ steps, streams, isRunning }: Pick<TestRun, "steps" | "streams" | "isRunning">): StepView[] {
  const done = steps.map(
    (step): StepView => ({
      name: step.name,
      title: titleOf(step.name),
      state: step.ok ? "ok" : "failed",
      message: step.message,
      hint: inThisScreen(step.hint),
    }),
  );
  const names = new Set(steps.map(({ name }) => name));
  const others = [...baseSteps, ...streams].filter((name) => !names.has(name));
  return [
    ...done,
    ...others.map(
      (name, index): StepView => ({
        name,
        title: titleOf(name),
        state: isRunning ? (index === 0 ? "running" : "waiting") : "skipped",
        message: null,
        hint: null,
      }),
    ),
  ];
}

function titleOf(name: string): string {
  return isStream(name) ? streamTitles[name] : (stepTitles[name] ?? name);
}

/** The API also speaks to people at a command line; here there is a field for that. */
function inThisScreen(hint: string | null): string | null {
  if (hint === null) return null;
  return hint
    .replace(
      /Say that this is wanted with --projects \S+/,
      "Name them under Schedule and scope to say that this is wanted.",
    )
    .replace(
      /Name some of these: weir integration edit NAME --projects \S+/,
      "Name some of these under Schedule and scope.",
    );
}

/** Whether a stream can be read, as far as the test knows. */
export type Grant = "granted" | "missing" | "unknown";

export function grantOf({ steps }: Pick<TestRun, "steps">, stream: StreamName): Grant {
  const step = steps.find(({ name }) => name === stream);
  return step === undefined ? "unknown" : step.ok ? "granted" : "missing";
}

/** Ids of projects that the test says the account is limited to; empty: it says nothing of that. */
export function limitingProjects({ steps }: Pick<TestRun, "steps">): string[] {
  const text = steps.find(({ name }) => name === "permissions")?.hint ?? "";
  return text.includes("--projects") ? [...new Set(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))] : [];
}

/** What a test means for the streams that are wanted now. */
export type Verdict =
  | { kind: "none" | "running" | "outdated" | "passed" | "broken"; text: string }
  | { kind: "partial"; text: string; failing: StreamName[] }
  | { kind: "failed"; text: string };

export function verdictOf(run: TestRun | null, of: string, wanted: readonly StreamName[]): Verdict {
  if (run === null) return { kind: "none", text: "Not tested yet." };
  if (run.isRunning) return { kind: "running", text: "Testing the connection." };
  if (run.error != null) return { kind: "broken", text: "The test could not be made." };
  if (run.of !== of) return { kind: "outdated", text: "Changed since it was tested: test it again." };
  const broken = run.steps.find(({ name, ok }) => !ok && !isStream(name));
  if (broken !== undefined)
    return { kind: "failed", text: `The test stopped at: ${titleOf(broken.name).toLowerCase()}.` };
  const failing = wanted.filter((stream) => grantOf(run, stream) === "missing");
  const untried = wanted.filter((stream) => grantOf(run, stream) === "unknown");
  if (untried.length > 0) return { kind: "outdated", text: `${listed(untried)} not tested yet: test it again.` };
  if (failing.length === 0) return { kind: "passed", text: "Everything that is wanted can be read." };
  if (failing.length === wanted.length) return { kind: "failed", text: "Nothing that is wanted can be read." };
  return { kind: "partial", text: `${listed(failing)} cannot be read; the rest can.`, failing };
}

function listed(streams: readonly StreamName[]): string {
  return sentence(listText(streams.map(streamWord)));
}
