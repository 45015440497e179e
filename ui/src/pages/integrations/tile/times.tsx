import type { Integration, Run } from "../../../api/types.ts";
import { TimeAgo, useNow } from "../../../kit/time.tsx";
import { durationText } from "../../../kit/times.ts";
import { outcomeColours, outcomeOf, resultTitle } from "../words.ts";
import classes from "./tile.module.css";

/** The last run and the next. */
export function TileTimes({ integration, runs }: { integration: Integration; runs: readonly Run[] }) {
  const running = runs.find(({ startedAt }) => startedAt !== null);
  return (
    <div className={classes.times}>
      {running !== undefined ? <Running startedAt={running.startedAt ?? ""} /> : <LastRun run={integration.lastRun} />}
      <div>{nextText(integration, runs)}</div>
    </div>
  );
}

function Running({ startedAt }: { startedAt: string }) {
  const now = useNow(1_000);
  return <div>Running for {durationText(now - Date.parse(startedAt))}</div>;
}

function LastRun({ run }: { run: Integration["lastRun"] }) {
  if (run === null) return <div>No run yet</div>;
  const took =
    run.startedAt !== null && run.finishedAt !== null
      ? `, took ${durationText(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}`
      : "";
  const outcome = outcomeOf(run);
  return (
    <div>
      Last run <TimeAgo at={run.finishedAt ?? run.startedAt} none="queued" />
      {took}
      {outcome !== "good" && <span style={{ color: outcomeColours[outcome] }}> · {resultTitle(run)}</span>}
    </div>
  );
}

function nextText({ enabled, nextRunAt }: Integration, runs: readonly Run[]) {
  const isQueued = runs.some(({ startedAt }) => startedAt === null);
  if (isQueued) return runs.length === 1 ? "A run is queued" : "Another run is queued";
  if (!enabled) return "No next run: it is disabled";
  if (nextRunAt === null) return "No next run: every stream is switched off";
  return <NextRun at={nextRunAt} isRunning={runs.length > 0} />;
}

/** Nearer than this is now, in words. */
const soonMs = 5_000;

/** A time that has passed: as soon as a worker has a hand free. */
function NextRun({ at, isRunning }: { at: string; isRunning: boolean }) {
  const now = useNow(5_000);
  return Date.parse(at) <= now + soonMs ? (
    isRunning ? (
      "The next run follows"
    ) : (
      "Next run is due"
    )
  ) : (
    <>
      Next run <TimeAgo at={at} />
    </>
  );
}
