/** A log line that concerns an integration, as it was shown. */
export interface IntegrationLine {
  integrationId: string;
  at: string;
  level: string;
  /** `wiz: fetched 12 issues` */
  text: string;
  stream: string | null;
  runId: string | null;
}

/** Lines that wait to be stored. Whoever logs never waits for that, and what waits is bounded. */
export interface LogLines {
  add(line: IntegrationLine): void;
  /** The oldest that wait; with those that had to be dropped said at their beginning. Empty: none. */
  take(): IntegrationLine[];
  /** What was taken and could not be stored, to be taken again. */
  giveBack(lines: readonly IntegrationLine[]): void;
}

const mostPerBatch = 500;

export function createLogLines(capacity = 2_000): LogLines {
  const waiting: IntegrationLine[] = [];
  const dropped = new Map<string, { n: number; last: IntegrationLine }>();

  /** The newest are worth most. */
  function bound(): void {
    for (const line of waiting.splice(0, waiting.length - capacity)) {
      const n = (dropped.get(line.integrationId)?.n ?? 0) + 1;
      dropped.set(line.integrationId, { n, last: line });
    }
  }

  function droppedLines(): IntegrationLine[] {
    const lines = [...dropped.values()].map(({ n, last }) => noteOf(n, last));
    dropped.clear();
    return lines;
  }

  return {
    add(line) {
      waiting.push(line);
      if (waiting.length > capacity) bound();
    },
    take: () => [...droppedLines(), ...waiting.splice(0, mostPerBatch)],
    giveBack(lines) {
      waiting.unshift(...lines);
      if (waiting.length > capacity) bound();
    },
  };
}

function noteOf(n: number, { integrationId, at }: IntegrationLine): IntegrationLine {
  const lines = n === 1 ? "1 log line is" : `${n.toLocaleString("en-US")} log lines are`;
  const text = `${lines} missing here: there were more than could be stored. Standard output has them.`;
  return { integrationId, at, level: "warn", text, stream: null, runId: null };
}
