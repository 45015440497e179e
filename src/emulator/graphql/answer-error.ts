/** An error that travels inside an HTTP 200, as most of Wiz's do. */
export class AnswerError extends Error {
  readonly extensions: Record<string, unknown>;
  /** Where below the root field. */
  readonly path: readonly string[];
  constructor(message: string, code: string, extensions: Record<string, unknown> = {}, path: readonly string[] = []) {
    super(message);
    this.name = "AnswerError";
    this.path = path;
    this.extensions = { code, ...extensions };
  }
}

export function badInput(message: string, path: readonly string[] = []): AnswerError {
  return new AnswerError(message, "BAD_USER_INPUT", {}, path);
}
