import { appendFileSync } from "node:fs";

/** What happened and when: printed as it happens and kept in a file. */
export interface Diary {
  say(text: string): void;
  /** Counts something that happened, for the sum at the end. */
  count(what: string, times?: number): void;
  counts(): ReadonlyMap<string, number>;
}

export function openDiary(file: string): Diary {
  const started = performance.now();
  const counts = new Map<string, number>();
  return {
    say(text) {
      const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
      const line = `${seconds} s  ${text}\n`;
      appendFileSync(file, line);
      process.stdout.write(line);
    },
    count: (what, times = 1) => void counts.set(what, (counts.get(what) ?? 0) + times),
    counts: () => counts,
  };
}
