import { useEffect, useRef, useState } from "react";
import type { StreamName } from "../../../../../src/model.ts";
import { type Trial, testSteps } from "../../../api/integration-test.ts";
import type { TestRun } from "./test-view.ts";

export interface ConnectionTester {
  run: TestRun | null;
  /** `of` says what is tried, so that a change of it is noticed. */
  start(trial: Trial, streams: readonly StreamName[], of: string, onEnd?: (run: TestRun) => void): void;
  stop(): void;
}

/** Tries a connection and keeps each step as it comes. */
export function useTest(): ConnectionTester {
  const [run, setRun] = useState<TestRun | null>(null);
  const going = useRef<AbortController | null>(null);
  useEffect(() => () => going.current?.abort(), []);

  const start: ConnectionTester["start"] = async (trial, streams, of, onEnd) => {
    going.current?.abort();
    const controller = new AbortController();
    going.current = controller;
    let now: TestRun = { of, streams, steps: [], isRunning: true, error: null };
    const show = (part: Partial<TestRun>) => {
      now = { ...now, ...part };
      if (going.current === controller) setRun(now);
    };
    show({});
    try {
      for await (const step of testSteps(trial, controller.signal)) show({ steps: [...now.steps, step] });
      show({ isRunning: false });
      if (going.current === controller) onEnd?.(now);
    } catch (error) {
      show({ isRunning: false, error: controller.signal.aborted ? null : error });
    }
  };

  return {
    run,
    start,
    stop: () => {
      going.current?.abort();
      going.current = null;
      setRun(null);
    },
  };
}
