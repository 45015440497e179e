/** Who must act, and what the sync does, is said by the class; see docs/architecture.md. */
export abstract class AppError extends Error {
  /** Stable and machine-readable: scripts and the API may rely on it. */
  abstract readonly code: string;
  override get name(): string {
    return this.constructor.name;
  }
}

/** The user must change a setting, a file or an argument. Stops at once. */
export class ConfigError extends AppError {
  readonly code = "config";
  /** The setting or form field that is wrong, where there is one. */
  readonly field: string | undefined;
  constructor(message: string, options: ErrorOptions & { field?: string } = {}) {
    super(message, options);
    this.field = options.field;
  }
}

/** What is said of an address apart from what is wrong with it: a form shows them in different places. */
interface AddressHints {
  /** The form field. */
  field: string;
  /** What would have been right. Ends the message. */
  hint: string;
  /** The address that was probably meant. */
  meant?: string | undefined;
}

/** An address that a person typed and that Weir cannot use. */
export class AddressError extends ConfigError {
  readonly problem: string;
  readonly hint: string;
  readonly meant: string | undefined;
  constructor(problem: string, hints: AddressHints) {
    super(`${problem} ${hints.hint}`, { field: hints.field });
    this.problem = problem;
    this.hint = hints.hint;
    this.meant = hints.meant;
  }
}

/** The database cannot be started, reached or used as it is. The message says what to do. */
export class DatabaseError extends AppError {
  readonly code = "database";
}

/** The caller's argument names something that does not exist. */
export class NotFoundError extends AppError {
  readonly code = "not_found";
}

/** The caller's argument collides with something that exists. */
export class ConflictError extends AppError {
  readonly code = "conflict";
  readonly field: string | undefined;
  constructor(message: string, options: ErrorOptions & { field?: string } = {}) {
    super(message, options);
    this.field = options.field;
  }
}

/** Nobody is signed in, or the session or token is no longer good. */
export class UnauthenticatedError extends AppError {
  readonly code = "unauthenticated";
}

/** Whoever asks may not do this. */
export class ForbiddenError extends AppError {
  readonly code = "forbidden";
}

/** Asked too often: come back after `retryAfterMs`. */
export class TooManyRequestsError extends AppError {
  readonly code = "too_many_requests";
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Of a query that is wrong: what probably was meant, and something like it that is right. Both end its message. */
interface QueryHints {
  suggestion?: string | undefined;
  example?: string | undefined;
}

/** A query text that cannot be understood; `position` counts characters from 0. */
export class QueryError extends AppError {
  readonly code = "query";
  readonly position: number;
  readonly suggestion: string | undefined;
  readonly example: string | undefined;
  constructor(message: string, position: number, options: ErrorOptions & QueryHints = {}) {
    const { suggestion, example } = options;
    const hints = [
      suggestion === undefined ? "" : ` Did you mean ${suggestion}?`,
      example === undefined ? "" : ` For example ${example}.`,
    ];
    super(message + hints.join(""), options);
    this.position = position;
    this.suggestion = suggestion;
    this.example = example;
  }
}

/** The credentials were refused. The user must change something; the integration stops. */
export class WizAuthError extends AppError {
  readonly code = "wiz_auth";
}

/** This service account may not read this stream (scope or licence). The stream is skipped, the others go on. */
export class WizPermissionError extends AppError {
  readonly code = "wiz_permission";
  /** Scopes of which at least one is needed, or licensed features. Empty when Wiz does not say. */
  readonly required: readonly string[];
  constructor(message: string, required: readonly string[], options?: ErrorOptions) {
    super(message, options);
    this.required = required;
  }
}

/** Too many requests: wait `retryAfterMs` where Wiz says so, else back off. */
export class WizRateLimitError extends AppError {
  readonly code = "wiz_rate_limit";
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Wiz cannot be reached or is not well: network, time-out, 5xx, an internal error. Try later. */
export class WizUnavailableError extends AppError {
  readonly code = "wiz_unavailable";
  /** A smaller page may help (time-out, 5xx, complexity). */
  readonly isTooHeavy: boolean;
  constructor(message: string, options: ErrorOptions & { isTooHeavy?: boolean } = {}) {
    super(message, options);
    this.isTooHeavy = options.isTooHeavy ?? false;
  }
}

/** Wiz answered something that Weir does not understand. The stream fails; cursor and watermark stay. */
export class WizResponseError extends AppError {
  readonly code = "wiz_response";
}

/** The cursor is no longer good (expired, repeated, null with more to come). The slice starts again from its beginning. */
export class WizCursorError extends AppError {
  readonly code = "wiz_cursor";
}

/** One record is wrong. It is counted as rejected and its raw form kept. */
export class RecordError extends AppError {
  readonly code = "record";
}

/** Someone else went on with this work: the lease is lost or the page was stored already. Roll back and stop. */
export class FencedError extends AppError {
  readonly code = "fenced";
}

/** The message of anything thrown, with the messages of its causes: `a: b: c`. */
export function errorText(error: unknown): string {
  const parts: string[] = [];
  for (
    let e: unknown = error;
    e !== undefined && e !== null && parts.length < 5;
    e = (e as { cause?: unknown }).cause
  ) {
    const text = e instanceof Error ? e.message || (e as NodeJS.ErrnoException).code || e.name : String(e);
    if (!parts.some((part) => part.includes(text))) parts.push(text);
  }
  return parts.join(": ");
}
