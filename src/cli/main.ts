#!/usr/bin/env -S node --max-semi-space-size=16 --heap-growing-percent=50 --max-old-space-size=400
// Left alone, V8 looks through the old objects again when they have grown by a third, which takes a sync a sixth of its
// time; now they may double first. A leak ends the process at 400 MB.
import { checkCommand } from "./check.ts";
import type { CliContext } from "./context.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { emulatorCommand } from "./emulator.ts";
import { exportCommand } from "./export.ts";
import { feedsCommand } from "./feeds.ts";
import { identityCommand } from "./identity.ts";
import { integrationCommand } from "./integration.ts";
import { applyLeanMemory } from "./lean-memory.ts";
import { migrateCommand } from "./migrate.ts";
import { runProgram } from "./program.ts";
import { rejectedCommand } from "./rejected.ts";
import { renormalizeCommand } from "./renormalize.ts";
import { searchCommand } from "./search.ts";
import { serveCommand } from "./serve.ts";
import { statusCommand } from "./status.ts";
import { syncCommand } from "./sync.ts";
import { tagCommand } from "./tag.ts";
import { tokenCommand } from "./token.ts";
import { userCommand } from "./user.ts";

applyLeanMemory(process);

const context: CliContext = {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
};

const commands = [
  serveCommand(context),
  demoCommand(context),
  emulatorCommand(context),
  checkCommand(context),
  integrationCommand(context),
  syncCommand(context),
  statusCommand(context),
  searchCommand(context),
  exportCommand(context),
  feedsCommand(context),
  rejectedCommand(context),
  identityCommand(context),
  renormalizeCommand(context),
  migrateCommand(context),
  doctorCommand(context),
  userCommand(context),
  tokenCommand(context),
  tagCommand(context),
];

// The reader of our output may go away (`weir export … | head`). Nothing is wrong then, there is just nobody to write
// for; whoever writes sees that the stream is closed, and puts everything down in good order.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.exitCode = 1;
});

process.exitCode = await runProgram(context, commands, process.argv.slice(2));
