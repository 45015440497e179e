import { Command } from "commander";
import { openDatabase } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { type CliContext, commandLog, configOf } from "./context.ts";

export function migrateCommand(context: CliContext): Command {
  return new Command("migrate")
    .description("bring the database's tables up to date (every command does so by itself)")
    .action(async () => {
      const config = configOf(context);
      const database = await openDatabase({
        databaseUrl: config.databaseUrl,
        dataDir: config.dataDir,
        log: commandLog(context, config),
      });
      try {
        const { applied } = await migrate(database);
        context.stdout.write(
          applied.length === 0 ? "The database is up to date.\n" : `Applied: ${applied.join(", ")}\n`,
        );
      } finally {
        await database.close();
      }
    });
}
