import { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import type { CliContext } from "./context.ts";
import { describeError, exitCodeOf, exitCodes } from "./exit.ts";

/**
 * Runs the command that the arguments name, and answers with the exit code. The one place where errors become exit
 * codes and words on standard error.
 */
export async function runProgram(
  context: CliContext,
  commands: readonly Command[],
  args: readonly string[],
): Promise<number> {
  const program = new Command("weir")
    .description("An inventory of Wiz findings and cloud assets that you own.")
    .version(packageJson.version);
  for (const command of commands) program.addCommand(command);
  prepare(program, context);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCodes.done;
  } catch (error) {
    // Commander has printed its own errors already.
    if (!(error instanceof Error && error.name === "CommanderError"))
      context.stderr.write(`weir: ${describeError(error)}\n`);
    return exitCodeOf(error);
  }
}

function prepare(command: Command, context: CliContext): void {
  command.exitOverride().showHelpAfterError("(--help says how)");
  command.configureOutput({
    writeOut: (text) => context.stdout.write(text),
    writeErr: (text) => context.stderr.write(text),
    outputError: (text, write) => write(withoutValues(text)),
    getOutHelpWidth: () => context.stdout.columns ?? 80,
    getErrHelpWidth: () => context.stderr.columns ?? 80,
  });
  for (const child of command.commands) prepare(child, context);
}

/** Commander repeats what it did not understand. `--secret=…` could be a secret in a place where none belongs. */
function withoutValues(text: string): string {
  return text
    .replace(/(unknown option '-[^'=]*)=[^\n]*'/, "$1'")
    .replace(/(too many arguments.*but got \d+):.*/, "$1.");
}
