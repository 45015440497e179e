import { CommanderError } from "commander";
import { AppError, ConfigError, ConflictError, errorText, NotFoundError, QueryError } from "../errors.ts";

/** 0 done, 1 failed, 2 wrong usage. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** A command that did its work and found that the answer is no: its exit code is 1, its message is printed as it is. */
export class CommandFailed extends AppError {
  readonly code = "command_failed";
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const isUsage = [ConfigError, ConflictError, NotFoundError, QueryError].some((kind) => error instanceof kind);
  return isUsage ? exitCodes.usage : exitCodes.failed;
}

/** What a person reads of an error: our own say what to do; a bug shows where it happened. */
export function describeError(error: unknown): string {
  if (error instanceof AppError) return errorText(error);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
