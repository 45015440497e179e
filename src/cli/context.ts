import { type App, openApp } from "../app.ts";
import { type Config, loadConfig } from "../config.ts";
import { createLogger, type Logger } from "../log.ts";
import { createLogLines, type LogLines } from "../log-lines.ts";

/** What a command may touch of the world. Data goes to `stdout`, everything else to `stderr`. */
export interface CliContext {
  env: NodeJS.ProcessEnv;
  cwd: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
}

/** @throws ConfigError that lists every problem of the environment */
export function configOf(context: CliContext): Config {
  return loadConfig(context.env, context.cwd);
}

/** A logger for commands: what they say beside their data. Only warnings, unless asked for more. */
export function commandLog(context: CliContext, config: Config, lines?: LogLines): Logger {
  const level = config.logLevel === "info" ? "warn" : config.logLevel;
  return createLogger({ format: config.logFormat, level, stream: context.stderr, lines });
}

/** Opens the application for one command and closes it whatever happens. */
export async function withApp<T>(context: CliContext, work: (app: App) => Promise<T>): Promise<T> {
  const config = configOf(context);
  const lines = createLogLines();
  const app = await openApp(config, commandLog(context, config, lines), lines);
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}
