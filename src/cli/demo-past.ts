import type { App } from "../app.ts";
import type { Integration } from "../store/integration.ts";
import { readRun } from "../store/run.ts";
import { requestSync } from "../sync/on-demand.ts";
import { cliActor } from "./actor.ts";
import type { EmulatorProcess } from "./emulator-process.ts";

/** What the tenant has lived through when somebody looks at the demo for the first time. */
const pastSeconds = 2 * 3_600;
const steps = 4;

/** How the demo's tenant starts: in the past, with enough going on that every poll finds something. */
export function tenantOptions(findings: number, now: number): string[] {
  const start = new Date(now - pastSeconds * 1000).toISOString();
  return ["--findings", String(findings), "--start", start, "--changes-per-hour", String(Math.max(60, findings / 40))];
}

interface Past {
  app: App;
  emulator: EmulatorProcess;
  stop: AbortSignal;
}

/**
 * Brings the tenant's clock to ours, step by step with a poll after each, so that there are signals of every kind and a
 * history of runs from the first minute on. Then the tenant lives by itself.
 */
export async function liveThroughThePast(past: Past, integration: Integration): Promise<void> {
  const { app, emulator, stop } = past;
  const { db, now } = app;
  for (let step = 0; step < steps && !stop.aborted; step++) {
    await setClock(emulator, { advanceSeconds: pastSeconds / steps });
    const { id } = await requestSync({ db, now, by: cliActor() }, integration, { mode: "delta" });
    await untilOver(past, id);
  }
  await setClock(emulator, { live: true });
}

async function setClock(emulator: EmulatorProcess, body: { advanceSeconds?: number; live?: boolean }): Promise<void> {
  const answer = await fetch(`${emulator.url}/emulator/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`The emulator did not set its clock: ${await answer.text()}`);
}

async function untilOver({ app, stop }: Past, runId: string): Promise<void> {
  while (!stop.aborted && (await readRun(app.db, runId))?.finishedAt === null)
    await new Promise((resolve) => setTimeout(resolve, 100));
}
