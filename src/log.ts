import { type Logger as PinoLogger, pino } from "pino";

export type Logger = PinoLogger;
type LogFormat = "text" | "json";

export interface LogOptions {
  format: LogFormat;
  level?: string;
  /** Where lines go: standard output for `serve`, standard error for every other command. */
  stream: { write(line: string): unknown };
}

/**
 * `text` prints `[INFO] wiz: fetched 12 issues`: level, component, message. `json` prints one object a line with
 * every field. A component is a child logger: `log.child({ component: "wiz" })`.
 */
export function createLogger(options: LogOptions): Logger {
  const destination =
    options.format === "json"
      ? options.stream
      : { write: (line: string) => options.stream.write(`${formatText(JSON.parse(line) as LogLine)}\n`) };
  return pino(
    {
      level: options.level ?? "info",
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ["*.secret", "*.password", "*.clientSecret", "*.authorization", "secret", "password", "clientSecret"],
    },
    destination,
  );
}

interface LogLine {
  level: string;
  msg?: string;
  component?: string;
  err?: { message?: string };
}

function formatText(line: LogLine): string {
  const component = line.component === undefined ? "" : `${line.component}: `;
  const message = [line.msg, line.err?.message].filter((part) => part !== undefined && part !== "").join(": ");
  return `[${line.level.toUpperCase()}] ${component}${message}`;
}
