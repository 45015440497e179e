/** One thing that was measured once. */
export interface Figure {
  name: string;
  unit: "ms" | "kB" | "MB" | "%" | "";
  value: number;
  /** What is promised, or called good by those who measure pages (https://web.dev/articles/vitals). */
  budget?: number;
}

export function ms(name: string, value: number, budget?: number): Figure {
  return { name, unit: "ms", value, ...(budget !== undefined && { budget }) };
}

export function percent(name: string, share: number): Figure {
  return { name, unit: "%", value: share * 100 };
}

export function longest(times: readonly number[]): number {
  return Math.max(0, ...times);
}

export function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}
