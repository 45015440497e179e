import type { Page } from "@playwright/test";
import { type Figure, longest, ms } from "./pages-figure.ts";

interface TraceEvent {
  name: string;
  cat: string;
  pid: number;
  tid: number;
  /** Processor time, in microseconds. */
  tdur?: number;
}

const mark = "weir bench";

/** A task this long makes somebody wait who presses a key just then. */
const longMs = 50;

/**
 * Does something, and answers how long the tasks of the page's main thread are meanwhile, in processor time: one that
 * waits for a processor which others have is as short as it would be on a quiet machine.
 */
export async function tasksOf(page: Page, work: () => Promise<void>): Promise<Figure[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("The page has no browser of its own to be traced.");
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  let trace: Buffer | null = null;
  try {
    await work();
    await page.evaluate(`performance.mark(${JSON.stringify(mark)})`);
  } finally {
    trace = await browser.stopTracing();
  }
  const tasks = readTasks(trace);
  return [
    ms(
      "main thread, in all",
      tasks.reduce((sum, each) => sum + each, 0),
    ),
    ms("main thread, longest task", longest(tasks), longMs),
    { name: `main thread, tasks over ${longMs} ms`, unit: "", value: tasks.filter((each) => each > longMs).length },
  ];
}

/** Milliseconds. */
function readTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString("utf8")) as { traceEvents: TraceEvent[] };
  const marked = traceEvents.find(({ name }) => name === mark);
  if (marked === undefined) throw new Error("The trace has nothing of the page.");
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith("::RunTask") && pid === marked.pid && tid === marked.tid)
    .map(({ tdur = 0 }) => tdur / 1000);
}
