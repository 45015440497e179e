import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ZodError } from "zod";
import {
  AppError,
  ConfigError,
  ConflictError,
  DatabaseError,
  errorText,
  ForbiddenError,
  NotFoundError,
  QueryError,
  TooManyRequestsError,
  UnauthenticatedError,
} from "../errors.ts";
import { isUnstorableText } from "../store/unstorable-text.ts";

/** The one shape of every error that the API answers with. */
interface ErrorBody {
  error: {
    code: string;
    message: string;
    /** The parameter or field of the body that is wrong. */
    field?: string;
    /** Of a query: where in its text, counted from 0. */
    position?: number;
    /** Of a query: what was probably meant, to stand there instead. */
    suggestion?: string;
    /** Of a query: something like it that is right. */
    example?: string;
    /** Of what went wrong inside: find it in the log by this. */
    requestId?: string;
  };
}

export interface ErrorAnswer {
  status: ContentfulStatusCode;
  body: ErrorBody;
  headers: Record<string, string>;
  /** Weir's fault, not the caller's: it belongs into the log. */
  isInternal: boolean;
}

/** The request does not have the form that the route asks for. */
export class RequestError extends AppError {
  readonly code = "invalid_request";
  readonly field: string | undefined;
  readonly status: ContentfulStatusCode;
  constructor(message: string, options: ErrorOptions & { field?: string; status?: ContentfulStatusCode } = {}) {
    super(message, options);
    this.field = options.field;
    this.status = options.status ?? 400;
  }
}

const statuses: readonly [new (...args: never[]) => AppError, ContentfulStatusCode][] = [
  [ConfigError, 400],
  [QueryError, 400],
  [UnauthenticatedError, 401],
  [ForbiddenError, 403],
  [NotFoundError, 404],
  [ConflictError, 409],
  [TooManyRequestsError, 429],
  [DatabaseError, 503],
];

const unstorable =
  "A text in the request holds what can be neither stored nor looked for: a NUL character (\\u0000) or half of a surrogate pair (\\ud800). Remove it.";

/** The one place where errors become answers. */
export function toErrorAnswer(error: unknown, requestId: string): ErrorAnswer {
  const plain = { headers: {}, isInternal: false };
  if (error instanceof RequestError) return { ...plain, status: error.status, body: bodyOf(error) };
  for (const [kind, status] of statuses)
    if (error instanceof kind)
      return { status, body: bodyOf(error), headers: headersOf(error), isInternal: status === 503 };
  if (isUnstorableText(error)) return { ...plain, status: 400, body: bodyOf(new RequestError(unstorable)) };
  const message = "Something went wrong inside Weir. Its log says what, under this request id.";
  return { ...plain, status: 500, body: { error: { code: "internal", message, requestId } }, isInternal: true };
}

function bodyOf(error: AppError): ErrorBody {
  const { field, position, suggestion, example } = error as Partial<ErrorBody["error"]>;
  return {
    error: {
      code: error.code,
      message: errorText(error),
      ...(field !== undefined && { field }),
      ...(position !== undefined && { position }),
      ...(suggestion !== undefined && { suggestion }),
      ...(example !== undefined && { example }),
    },
  };
}

function headersOf(error: AppError): Record<string, string> {
  // RFC 9110 wants a 401 to say how; browsers ask nobody for this one.
  if (error instanceof UnauthenticatedError) return { "www-authenticate": "Bearer" };
  if (!(error instanceof TooManyRequestsError)) return {};
  return { "retry-after": String(Math.ceil(error.retryAfterMs / 1000)) };
}

/** The first thing that is wrong with a request, in words, with its place. */
export function fromZod(error: ZodError): RequestError {
  const issue = error.issues[0];
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const field = [...(issue?.path ?? []), ...unknown].join(".");
  const message = `${field === "" ? "The request" : field}: ${issue?.message ?? "is not what this route takes"}`;
  return new RequestError(message, { field: field === "" ? undefined : field, cause: undefined });
}
