import { Button, Group, Loader, Text, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconCircleDashed, IconMinus, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ApiError } from "../../../api/client.ts";
import { Failure } from "../../../kit/states.tsx";
import { sentence } from "../words.ts";
import classes from "./test-panel.module.css";
import { type StepView, stepViews, type TestRun, type Verdict } from "./test-view.ts";

interface TestPanelProps {
  run: TestRun | null;
  verdict: Verdict;
  onTest: () => void;
  onStop: () => void;
  /** Why it cannot be tested yet. */
  missing?: string | null;
  children?: ReactNode;
}

const verdictColours: Record<Verdict["kind"], string> = {
  none: "var(--ink-2)",
  running: "var(--accent)",
  outdated: "var(--warn)",
  passed: "var(--good)",
  partial: "var(--warn)",
  failed: "var(--bad)",
  broken: "var(--bad)",
};

/** Tries the connection and shows each step as it ends, with what to do about it. */
export function TestPanel({ run, verdict, onTest, onStop, missing = null, children }: TestPanelProps) {
  const isAtField = run?.error instanceof ApiError && run.error.field !== undefined;
  return (
    <div className={classes.panel}>
      <Group gap="sm">
        {run?.isRunning === true ? (
          <Button variant="default" onClick={onStop}>
            Stop the test
          </Button>
        ) : (
          <Button variant={verdict.kind === "passed" ? "default" : "filled"} onClick={onTest}>
            {run === null ? "Test connection" : "Test again"}
          </Button>
        )}
        <Text fz="sm" fw={500} c={verdictColours[verdict.kind]} role="status">
          {missing ?? verdict.text}
        </Text>
      </Group>
      {run?.error != null && !isAtField && (
        <div style={{ marginTop: 12 }}>
          <Failure error={run.error} title="The test could not be made" />
        </div>
      )}
      {run !== null && run.error == null && (
        <ol className={classes.steps} data-old={verdict.kind === "outdated"}>
          {stepViews(run).map((step) => (
            <Step key={step.name} step={step} />
          ))}
        </ol>
      )}
      {children}
    </div>
  );
}

const stateWords = { waiting: "waits", running: "is tried", ok: "fine", failed: "failed", skipped: "not tried" };

function Step({ step: { title, state, message, hint } }: { step: StepView }) {
  return (
    <li className={classes.step} data-state={state}>
      <span className={classes.mark}>
        {state === "ok" && <IconCheck size={16} color="var(--good)" stroke={2.4} />}
        {state === "failed" && <IconX size={16} color="var(--bad)" stroke={2.4} />}
        {state === "running" && <Loader size={14} />}
        {state === "waiting" && <IconCircleDashed size={15} color="var(--idle)" />}
        {state === "skipped" && <IconMinus size={15} color="var(--idle)" />}
      </span>
      <div style={{ minWidth: 0 }}>
        <span className={classes.title}>{title}</span>
        {state === "ok" ? (
          <VisuallyHidden> {stateWords[state]}</VisuallyHidden>
        ) : (
          <span className={classes.word}> {stateWords[state]}</span>
        )}
        {message !== null && <div className="foreign">{sentence(message)}</div>}
        {hint !== null && <div className={`foreign ${classes.hint}`}>{hint}</div>}
      </div>
    </li>
  );
}
