import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import password from "@inquirer/password";
import { Option } from "commander";
import type { Config } from "../config.ts";
import { ConfigError } from "../errors.ts";
import type { CliContext } from "./context.ts";
import { CommandFailed } from "./exit.ts";

export interface SecretOptions {
  /** A path, or `-` for standard input. */
  clientSecretFile?: string | undefined;
  /** What was given where no secret belongs. */
  clientSecret?: unknown;
}

/** The options of every command that takes a client secret. A value on the command line is refused, see `refuseFlag`. */
export function secretOptions(): Option[] {
  return [
    new Option("--client-secret-file <file>", "file that holds the client secret; - reads standard input"),
    new Option("--client-secret [value]").hideHelp(),
  ];
}

/**
 * The client secret: from `--client-secret-file`, else from WEIR_CLIENT_SECRET, else asked for without echo on a terminal.
 * @throws ConfigError when there is none, it is empty or its file cannot be read
 */
export async function readClientSecret(context: CliContext, config: Config, options: SecretOptions): Promise<string> {
  const secret = (await givenSecret(context, config, options)) ?? (await askSecret(context));
  if (secret === "")
    throw new ConfigError("The client secret is empty. Copy it from the service account in Wiz.", {
      field: "clientSecret",
    });
  return secret;
}

/**
 * Other users of the machine can read the arguments of a process, and shells keep them.
 * @throws ConfigError when a secret was given as one
 */
export function refuseFlag(options: SecretOptions): void {
  if (options.clientSecret === undefined) return;
  throw new ConfigError(
    `A secret on the command line is seen by others and kept by your shell, so Weir does not take it there. ${waysToGive}`,
    { field: "clientSecret" },
  );
}

const waysToGive =
  "Set WEIR_CLIENT_SECRET (or WEIR_CLIENT_SECRET_FILE), or give --client-secret-file FILE (- reads standard input).";

async function givenSecret(context: CliContext, config: Config, options: SecretOptions): Promise<string | undefined> {
  const file = options.clientSecretFile;
  if (file === "-") return (await text(context.stdin)).trim();
  if (file !== undefined) return readSecretFile(file);
  return config.clientSecret?.trim();
}

function readSecretFile(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ConfigError(`Cannot read the client secret from ${file} (${code}): correct the path or its rights.`, {
      field: "clientSecret",
    });
  }
}

async function askSecret(context: CliContext): Promise<string> {
  if (context.stdin.isTTY !== true)
    throw new ConfigError(`The client secret is missing. ${waysToGive}`, { field: "clientSecret" });
  try {
    const answer = await password(
      { message: "Client secret:", toggleMask: false },
      { input: context.stdin, output: context.stderr },
    );
    return answer.trim();
  } catch (cause) {
    if (cause instanceof Error && cause.name === "ExitPromptError")
      throw new CommandFailed("Cancelled; nothing was changed.");
    throw cause;
  }
}
