import { Command } from "commander";
import type { Config } from "../config.ts";
import { AppError, ConfigError, errorText } from "../errors.ts";
import { plainText } from "../query/plain-text.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { type CliContext, commandLog, configOf } from "./context.ts";
import { checkDatabase, checkDataDirectory, checkKeyFile, checkNode, type Diagnosis } from "./doctor-checks.ts";
import { CommandFailed } from "./exit.ts";

export function doctorCommand(context: CliContext): Command {
  return new Command("doctor")
    .description("look for what is wrong: machine, settings, database, counts, integrations")
    .option("--fix", "mend what can be mended: counts, tables, interrupted removals")
    .action(async (options: { fix?: boolean }) => {
      let problems = 0;
      for await (const diagnosis of examine(context, options.fix === true)) {
        if (!diagnosis.ok) problems++;
        context.stdout.write(describe(diagnosis, context.stdout.isTTY === true));
      }
      if (problems > 0)
        throw new CommandFailed(problems === 1 ? "1 problem was found." : `${problems} problems were found.`);
      context.stderr.write("No problem was found.\n");
    });
}

async function* examine(context: CliContext, isFixing: boolean): AsyncGenerator<Diagnosis> {
  yield checkNode(process.versions.node);
  const config = readConfig(context);
  if ("problem" in config) {
    yield { name: "environment", ok: false, message: config.problem, hint: null };
    return;
  }
  yield { name: "environment", ok: true, message: "understood", hint: null };
  yield* checkDataDirectory(config);
  yield checkKeyFile(config);
  const database = await open(context, config);
  if ("problem" in database) {
    yield { name: "database", ok: false, message: database.problem, hint: null };
    return;
  }
  try {
    yield* checkDatabase({ config, database, now: Date.now, isFixing });
  } finally {
    await database.close();
  }
}

function readConfig(context: CliContext): Config | { problem: string } {
  try {
    return configOf(context);
  } catch (error) {
    if (error instanceof ConfigError) return { problem: error.message };
    throw error;
  }
}

async function open(context: CliContext, config: Config): Promise<Database | { problem: string }> {
  const { databaseUrl, dataDir } = config;
  try {
    return await openDatabase({ databaseUrl, dataDir, log: commandLog(context, config) });
  } catch (error) {
    if (error instanceof AppError) return { problem: errorText(error) };
    throw error;
  }
}

function describe({ name, ok, message, hint }: Diagnosis, isTerminal: boolean): string {
  const [fine, wrong] = isTerminal ? ["✓", "✗"] : ["ok", "PROBLEM"];
  const line = `${ok ? fine : wrong}  ${name}: ${plainText(message).replaceAll("\n", "\n      ")}\n`;
  return hint === null ? line : `${line}      ${plainText(hint)}\n`;
}
