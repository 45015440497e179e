import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import ask from "@inquirer/password";
import { Option } from "commander";
import { ConfigError } from "../errors.ts";
import type { CliContext } from "./context.ts";
import { CommandFailed } from "./exit.ts";

export interface PasswordOptions {
  /** A path, or `-` for standard input. */
  passwordFile?: string | undefined;
  /** What was given where no password belongs. */
  password?: unknown;
}

/** The options of every command that takes a password. A value on the command line is refused. */
export function passwordOptions(): Option[] {
  return [
    new Option("--password-file <file>", "file that holds the password; - reads standard input"),
    new Option("--password [value]").hideHelp(),
  ];
}

/**
 * A new password: from `--password-file`, else asked for twice without echo on a terminal.
 * @throws ConfigError when there is none, or it was given on the command line
 */
export async function readNewPassword(context: CliContext, options: PasswordOptions): Promise<string> {
  if (options.password !== undefined)
    throw new ConfigError(
      `A password on the command line is seen by others and kept by your shell, so Weir does not take it there. ${wayToGive}`,
      { field: "password" },
    );
  const file = options.passwordFile;
  if (file === "-") return withoutLineEnd(await text(context.stdin));
  if (file !== undefined) return withoutLineEnd(readPasswordFile(file));
  if (context.stdin.isTTY !== true)
    throw new ConfigError(`The password is missing. ${wayToGive}`, { field: "password" });
  const [first, second] = [await askFor(context, "New password:"), await askFor(context, "The same again:")];
  if (first !== second) throw new CommandFailed("The two are not the same; nothing was changed.");
  return first;
}

const wayToGive = "Give --password-file FILE (- reads standard input), or run the command on a terminal to be asked.";

/** Blanks may belong to a password; the end of the line does not. */
function withoutLineEnd(content: string): string {
  return content.replace(/\r?\n$/, "");
}

function readPasswordFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ConfigError(`Cannot read the password from ${file} (${code}): correct the path or its rights.`, {
      field: "password",
    });
  }
}

async function askFor(context: CliContext, message: string): Promise<string> {
  try {
    return await ask({ message, toggleMask: false }, { input: context.stdin, output: context.stderr });
  } catch (cause) {
    if (cause instanceof Error && cause.name === "ExitPromptError")
      throw new CommandFailed("Cancelled; nothing was changed.");
    throw cause;
  }
}
