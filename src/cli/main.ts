#!/usr/bin/env node
import { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { checkCommand } from "./check.ts";
import type { CliContext } from "./context.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { emulatorCommand } from "./emulator.ts";
import { describeError, exitCodeOf } from "./exit.ts";
import { exportCommand } from "./export.ts";
import { integrationCommand } from "./integration.ts";
import { migrateCommand } from "./migrate.ts";
import { searchCommand } from "./search.ts";
import { serveCommand } from "./serve.ts";
import { statusCommand } from "./status.ts";
import { syncCommand } from "./sync.ts";

const context: CliContext = {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
};

const program = new Command("weir")
  .description("An inventory of Wiz findings and cloud assets that you own.")
  .version(packageJson.version)
  .showHelpAfterError("(--help says how)")
  .exitOverride();

for (const command of [
  serveCommand(context),
  demoCommand(context),
  emulatorCommand(context),
  checkCommand(context),
  integrationCommand(context),
  syncCommand(context),
  statusCommand(context),
  searchCommand(context),
  exportCommand(context),
  migrateCommand(context),
  doctorCommand(context),
]) {
  program.addCommand(command.exitOverride());
}

// The reader of our output went away (`weir export … | head`): nothing is wrong, there is just nobody to write for.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
  // Commander has printed its own errors already.
  if (!(error instanceof Error && error.name === "CommanderError"))
    process.stderr.write(`weir: ${describeError(error)}\n`);
}
