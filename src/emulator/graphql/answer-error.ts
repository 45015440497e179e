/** An error that travels inside an HTTP 200, as most of Wiz's do. */
export class AnswerError extends Error {
  readonly extensions: Record<string, unknown>;
  constructor(message: string, code: string, extensions: Record<string, unknown> = {}) {
    super(message);
    this.name = "AnswerError";
    this.extensions = { code, ...extensions };
  }
}

export function badInput(message: string): AnswerError {
  return new AnswerError(message, "BAD_USER_INPUT");
}
