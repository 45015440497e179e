import { type Logger as PinoLogger, pino } from "pino";
import type { IntegrationLine } from "./log-lines.ts";

export type Logger = PinoLogger;
type LogFormat = "text" | "json";

export interface LogOptions {
  format: LogFormat;
  level?: string;
  /** Where lines go: standard output for `serve`, standard error for every other command. */
  stream: { write(line: string): unknown };
  /** Gets the lines that concern an integration, from `info` on, also where fewer levels are shown. */
  lines?: { add(line: IntegrationLine): void };
}

/**
 * `text` prints `[INFO] wiz: fetched 12 issues`: level, component, message. `json` prints one object a line with
 * every field. A component is a child logger: `log.child({ component: "wiz" })`; so is an integration, by
 * `integrationId`, and a run, by `runId`.
 */
export function createLogger(options: LogOptions): Logger {
  const shown = options.level ?? "info";
  return pino(
    {
      level: options.lines !== undefined && rankOf(shown) > rankOf("info") ? "info" : shown,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ["*.secret", "*.password", "*.clientSecret", "*.authorization", "secret", "password", "clientSecret"],
    },
    { write: createWrite(options, rankOf(shown)) },
  );
}

interface LogLine {
  level: string;
  time: string;
  msg?: string;
  component?: string;
  err?: { message?: string };
  integrationId?: string;
  runId?: string;
  stream?: string;
}

function createWrite({ format, stream, lines }: LogOptions, shownRank: number): (text: string) => void {
  return (text) => {
    const line = JSON.parse(text) as LogLine;
    const rank = rankOf(line.level);
    if (rank >= shownRank) stream.write(format === "json" ? text : `[${line.level.toUpperCase()}] ${textOf(line)}\n`);
    if (lines !== undefined && line.integrationId !== undefined && rank >= rankOf("info"))
      lines.add(integrationLine(line, line.integrationId));
  };
}

function rankOf(level: string): number {
  return pino.levels.values[level] ?? Number.POSITIVE_INFINITY;
}

function textOf(line: LogLine): string {
  const component = line.component === undefined ? "" : `${line.component}: `;
  const message = [line.msg, line.err?.message].filter((part) => part !== undefined && part !== "").join(": ");
  return `${component}${message}`;
}

function integrationLine(line: LogLine, integrationId: string): IntegrationLine {
  const { time: at, level, stream = null, runId = null } = line;
  return { integrationId, at, level, text: textOf(line), stream, runId };
}
