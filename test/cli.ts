import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { checkCommand } from "../src/cli/check.ts";
import type { CliContext } from "../src/cli/context.ts";
import { doctorCommand } from "../src/cli/doctor.ts";
import { exportCommand } from "../src/cli/export.ts";
import { feedsCommand } from "../src/cli/feeds.ts";
import { integrationCommand } from "../src/cli/integration.ts";
import { migrateCommand } from "../src/cli/migrate.ts";
import { runProgram } from "../src/cli/program.ts";
import { rejectedCommand } from "../src/cli/rejected.ts";
import { renormalizeCommand } from "../src/cli/renormalize.ts";
import { searchCommand } from "../src/cli/search.ts";
import { statusCommand } from "../src/cli/status.ts";
import { syncCommand } from "../src/cli/sync.ts";
import { tagCommand } from "../src/cli/tag.ts";
import { tokenCommand } from "../src/cli/token.ts";
import { userCommand } from "../src/cli/user.ts";

export interface CliOptions {
  env?: NodeJS.ProcessEnv;
  /** What is on standard input; it is no terminal. */
  stdin?: string;
  cwd?: string;
}

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

const commands: ((context: CliContext) => Command)[] = [
  checkCommand,
  doctorCommand,
  exportCommand,
  feedsCommand,
  integrationCommand,
  migrateCommand,
  rejectedCommand,
  renormalizeCommand,
  searchCommand,
  statusCommand,
  syncCommand,
  tagCommand,
  tokenCommand,
  userCommand,
];

/** Runs a command as `weir` does, in this process, and answers with all that it said. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(options.stdin ?? "");
  const said = Promise.all([stdout, stderr].map(collect));
  const context = {
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    stdin,
    stdout,
    stderr,
  } as unknown as CliContext;
  const code = await runProgram(
    context,
    commands.map((create) => create(context)),
    args,
  );
  stdout.end();
  stderr.end();
  const [out = "", err = ""] = await said;
  return { code, stdout: out, stderr: err };
}

async function collect(stream: PassThrough): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}
