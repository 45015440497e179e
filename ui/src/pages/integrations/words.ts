import { type AssetClass, type StreamName, streamNames } from "../../../../src/model.ts";
import type { Integration, Run } from "../../api/types.ts";

/** What people read for the words of the API. */
export const streamTitles: Record<StreamName, string> = {
  issues: "Issues",
  vulnerabilities: "Vulnerabilities",
  misconfigurations: "Misconfigurations",
  detections: "Threat detections",
  assets: "Assets",
};

/** The API's texts begin small. A host or a name that they begin with stays as it is. */
export function sentence(text: string): string {
  if (!/^[a-z]+[,:;]?( |$)/.test(text)) return text;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** As in the middle of a sentence. */
export function streamWord(stream: StreamName): string {
  return streamTitles[stream].toLowerCase();
}

/** `issues, vulnerabilities and assets`. */
export function listText(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

export const classTitles: Record<AssetClass, string> = {
  compute: "Compute",
  storage: "Storage",
  container_instance: "Container instances",
  container_image: "Container images",
  serverless: "Serverless",
  database: "Databases",
  kubernetes: "Kubernetes",
  network: "Network",
  identity: "Identities",
  secret: "Secrets",
  code: "Code",
  other: "Other",
};

type State = Integration["state"];

export const stateSteps: State[] = ["registered", "scheduled", "processing", "processed"];

export const stateTitles: Record<State, string> = {
  registered: "Registered",
  scheduled: "Scheduled",
  processing: "Processing",
  processed: "Processed",
};

/** */
export const stateMeanings: Record<State, string> = {
  registered: "The integration is saved, and nothing is scheduled yet.",
  scheduled: "The next run is queued, due, or has its time.",
  processing: "A run fetches assets and findings.",
  processed: "Assets are in. Findings may still be arriving; then a bar shows how far they are.",
};

const triggerTitles: Record<string, string> = {
  schedule: "By schedule",
  demand: "On demand",
  first: "First run",
  resume: "Resumed",
};

export function triggerTitle({ trigger }: Pick<Run, "trigger">): string {
  return triggerTitles[trigger] ?? trigger;
}

/** What a run was asked for: `changes in issues and assets`, `everything`. */
export function askedText({ mode, requestedStreams }: Pick<Run, "mode" | "requestedStreams">): string {
  const isAll = requestedStreams.length === streamNames.length;
  const streams = listText(requestedStreams.map(streamWord));
  if (mode === "full") return isAll ? "everything" : `all ${streams}`;
  return `changes in ${isAll ? "every stream" : streams}`;
}

export type Outcome = "queued" | "running" | "good" | "partly" | "bad" | "stopped";

export function outcomeOf({
  startedAt,
  finishedAt,
  result,
}: Pick<Run, "startedAt" | "finishedAt" | "result">): Outcome {
  if (finishedAt === null) return startedAt === null ? "queued" : "running";
  if (result === "success") return "good";
  if (result === "partial") return "partly";
  return result === "cancelled" || result === "interrupted" ? "stopped" : "bad";
}

const resultTitles: Record<string, string> = {
  success: "Complete",
  partial: "Partly complete",
  failed: "Failed",
  unauthorized: "Refused by Wiz",
  cancelled: "Cancelled",
  interrupted: "Interrupted",
  unavailable: "Not available",
};

export function resultTitle(run: Pick<Run, "startedAt" | "finishedAt" | "result">): string {
  const outcome = outcomeOf(run);
  if (outcome === "queued") return "Queued";
  if (outcome === "running") return "Running";
  return resultTitles[run.result ?? ""] ?? run.result ?? "Ended";
}

export const outcomeColours: Record<Outcome, string> = {
  queued: "var(--idle)",
  running: "var(--accent)",
  good: "var(--good)",
  partly: "var(--warn)",
  bad: "var(--bad)",
  stopped: "var(--idle)",
};

/** The classes of assets that it fetches; `null`: all. */
export function chosenClasses(integration: Integration): AssetClass[] | null {
  return (integration as { assetClasses?: AssetClass[] | null }).assetClasses ?? null;
}
