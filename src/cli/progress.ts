import type { Kysely } from "kysely";
import { createLogUpdate } from "log-update";
import { type PassSummary, type Run, readRun, summarizePasses } from "../store/run.ts";
import type { Schema } from "../store/schema.ts";

/** Follows runs until all are finished: bars that move on a terminal, plain lines elsewhere. Returns the runs. */
export async function followRuns(
  db: Kysely<Schema>,
  runIds: readonly string[],
  out: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<Run[]> {
  const show = out.isTTY ? liveProgress(out) : plainProgress(out);
  for (;;) {
    const runs = (await Promise.all(runIds.map((id) => readRun(db, id)))).filter((run) => run !== undefined);
    const passes = await summarizePasses(db, runIds);
    show.update(passes);
    const isOver = runs.every((run) => run.finishedAt !== null);
    if (isOver || signal.aborted) {
      show.end();
      return runs;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

interface Progress {
  update(passes: readonly PassSummary[]): void;
  end(): void;
}

function liveProgress(out: NodeJS.WriteStream): Progress {
  const render = createLogUpdate(out);
  return {
    update: (passes) => render(passes.map((pass) => barLine(pass, out.columns ?? 80)).join("\n")),
    end: () => render.done(),
  };
}

const plainIntervalMs = 5_000;

/** A line when a stream begins, every five seconds while it runs, and when it ends. */
function plainProgress(out: NodeJS.WriteStream): Progress {
  const told = new Map<string, { at: number; isOver: boolean }>();
  return {
    update(passes) {
      for (const pass of passes) {
        const last = told.get(pass.id);
        const isOver = pass.finishedAt !== null;
        const isDue =
          last === undefined || (isOver && !last.isOver) || (!isOver && Date.now() - last.at >= plainIntervalMs);
        if (!isDue) continue;
        told.set(pass.id, { at: Date.now(), isOver });
        out.write(`${plainLine(pass)}\n`);
      }
    },
    end: () => undefined,
  };
}

const nameWidth = "misconfigurations".length;

function barLine(pass: PassSummary, columns: number): string {
  const name = pass.stream.padEnd(nameWidth);
  const numbers = progressText(pass);
  const width = Math.max(5, Math.min(30, columns - nameWidth - numbers.length - 4));
  return `${name}  ${bar(pass, width)}  ${numbers}`.slice(0, columns - 1);
}

function bar(pass: PassSummary, width: number): string {
  const isOver = pass.finishedAt !== null;
  const part =
    isOver && pass.result === "success" ? 1 : pass.sourceCount ? Math.min(1, pass.fetched / pass.sourceCount) : 0;
  const full = Math.round(part * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

function plainLine(pass: PassSummary): string {
  return `${pass.stream}: ${progressText(pass)}`;
}

function progressText(pass: PassSummary): string {
  const count = (n: number) => n.toLocaleString("en-US");
  const fetched =
    pass.sourceCount === null ? count(pass.fetched) : `${count(pass.fetched)} of ${count(pass.sourceCount)}`;
  if (pass.finishedAt === null) return fetched;
  const trouble = pass.rejected === 0 ? "" : `, ${count(pass.rejected)} could not be read`;
  if (pass.result === "success") return `${fetched} fetched, ${count(pass.written)} written${trouble}`;
  return `${pass.result}: ${pass.error ?? "no reason given"}`;
}
