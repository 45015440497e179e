import { describe, expect, test } from "vitest";
import {
  WizAuthError,
  WizCursorError,
  WizPermissionError,
  WizRateLimitError,
  WizResponseError,
  WizUnavailableError,
} from "../../errors.ts";
import { type AskedFor, readAnswer, SchemaDriftError, TokenRefusedError } from "./answer.ts";

const asked: AskedFor = {
  subject: "vulnerabilities",
  scopes: ["read:vulnerabilities"],
  apiUrl: "https://api.us17.app.wiz.io/graphql",
  hasCursor: false,
};

function read(status: number, body: unknown, headers: Record<string, string> = {}, changes: Partial<AskedFor> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return readAnswer({ status, headers: new Headers(headers), body: text }, { ...asked, ...changes }, 0);
}

function failure(...args: Parameters<typeof read>): Error {
  try {
    read(...args);
  } catch (error) {
    return error as Error;
  }
  throw new Error("the answer was taken for a good one");
}

function errorBody(message: string, extensions: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  return { data: null, errors: [{ message, extensions, ...more }] };
}

test("a good answer is its data", () => {
  expect(read(200, { data: { page: { nodes: [] } } })).toEqual({ data: { page: { nodes: [] } }, partial: [] });
});

describe("inside an HTTP 200", () => {
  test("W-36: a missing scope is named, with all that a complete service account has", () => {
    const error = failure(
      200,
      errorBody(
        "access denied, at least one of the following is required: [read:all read:vulnerabilities], your permissions: [read:issues]",
        { code: "UNAUTHORIZED" },
      ),
    );
    expect(error).toBeInstanceOf(WizPermissionError);
    expect((error as WizPermissionError).required).toEqual(["read:all", "read:vulnerabilities"]);
    expect(error.message).toMatch(/may not read vulnerabilities: it needs read:vulnerabilities\./);
    expect(error.message).toMatch(/read:resources, read:issues/);
  });

  test("the scopes that Wiz lists apart from its text count first", () => {
    const error = failure(
      200,
      errorBody("access denied", { code: "UNAUTHORIZED", requiredScopes: ["read:everything"] }),
    );
    expect((error as WizPermissionError).required).toEqual(["read:everything"]);
    expect(error.message).toMatch(/it needs read:everything/);
  });

  test("a missing licence is no missing scope", () => {
    const error = failure(
      200,
      errorBody("license", { code: "LICENSE_MISSING", requiredFeatures: ["CLOUD_EVENTS_AND_DETECTION_DEFEND"] }),
    );
    expect(error).toBeInstanceOf(WizPermissionError);
    expect(error.message).toMatch(/licence does not include vulnerabilities \(CLOUD_EVENTS_AND_DETECTION_DEFEND\)/);
  });

  test("a refused token is worth one more try", () => {
    expect(failure(200, errorBody("no", { code: "UNAUTHENTICATED" }))).toBeInstanceOf(TokenRefusedError);
  });

  test("a refused address is the user's to allow", () => {
    const error = failure(200, errorBody("no", { code: "FORBIDDEN_IP" }));
    expect(error).toBeInstanceOf(WizAuthError);
    expect(error).not.toBeInstanceOf(TokenRefusedError);
    expect(error.message).toMatch(/address/);
  });

  test.each([
    [errorBody("Rate limit exceeded", { retryAfter: 1.5 }), 1500],
    [errorBody("slow", { code: "RATE_LIMIT_EXCEEDED" }), undefined],
    [errorBody("slow", { code: "RATE_LIMIT_EXCEEDED", retryAfter: 2 }), 2000],
  ])("W-39: a rate limit waits as long as it says: %j", (body, wait) => {
    const error = failure(200, body);
    expect(error).toBeInstanceOf(WizRateLimitError);
    expect((error as WizRateLimitError).retryAfterMs).toBe(wait);
    expect(error.message).toMatch(/15 minutes/);
  });

  test.each(["INTERNAL", "DOWNSTREAM_SERVICE_ERROR", "QUERY_COMPLEXITY_LIMIT_EXCEEDED"])(
    "%s may pass, and a smaller page may help",
    (code) => {
      const error = failure(200, errorBody("oops! an internal error has occurred", { code }));
      expect(error).toBeInstanceOf(WizUnavailableError);
      expect((error as WizUnavailableError).isTooHeavy).toBe(true);
    },
  );

  test.each([
    [200, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "x" on type "Issue".'],
    [400, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "x" on type "Issue".'],
    [200, undefined, 'Cannot query field "x" on type "Issue".'],
    [400, "VALIDATION_INVALID_TYPE_VARIABLE", "invalid type for variable: 'filterBy'"],
    [200, "INTERNAL", "failed to parse object type IssueFilters"],
  ])("with status %s and code %s, %s is drift of the schema", (status, code, message) => {
    expect(failure(status, errorBody(message, { code }))).toBeInstanceOf(SchemaDriftError);
  });

  test("an expired cursor begins the slice again, but only where a cursor was sent", () => {
    const body = errorBody("invalid cursor: expired", { code: "BAD_USER_INPUT" });
    expect(failure(200, body, {}, { hasCursor: true })).toBeInstanceOf(WizCursorError);
    expect(failure(200, body)).toBeInstanceOf(WizResponseError);
  });

  test("an unknown code fails the stream with Wiz's words", () => {
    const error = failure(200, errorBody("the moon is full", { code: "MOON" }));
    expect(error).toBeInstanceOf(WizResponseError);
    expect(error.message).toMatch(/the moon is full \(MOON\)/);
  });

  test("of several errors the one that a person can act on is told", () => {
    const errors = [
      { message: "something", extensions: { code: "INTERNAL" } },
      { message: "denied", extensions: { code: "UNAUTHORIZED", requiredScopes: ["read:vulnerabilities"] } },
    ];
    expect(failure(200, { data: null, errors })).toBeInstanceOf(WizPermissionError);
  });
});

describe("partial data", () => {
  const filled = { page: { nodes: [{ id: "1", projects: null }] } };

  test("is kept, with what is missing", () => {
    const errors = [
      { message: "Resource not found", path: ["page", "nodes", 0, "projects"], extensions: { code: "NOT_FOUND" } },
    ];
    const answer = read(200, { data: filled, errors });
    expect(answer.data).toEqual(filled);
    expect(answer.partial).toMatchObject([{ message: "Resource not found", code: "NOT_FOUND" }]);
  });

  test("is not taken for whole when a rate limit cut it short", () => {
    const errors = [{ message: "Rate limit exceeded", path: ["page", "nodes", 0, "projects"] }];
    expect(failure(200, { data: filled, errors })).toBeInstanceOf(WizRateLimitError);
  });

  test("with nothing in it is none", () => {
    const errors = [{ message: "Resource not found", extensions: { code: "INTERNAL" } }];
    expect(failure(200, { data: { page: null }, errors })).toBeInstanceOf(WizUnavailableError);
  });
});

describe("by HTTP status", () => {
  test("W-35: 401 names everything to check", () => {
    const error = failure(401, "Unauthorized");
    expect(error).toBeInstanceOf(TokenRefusedError);
    for (const words of ["client ID", "client secret", "still exists", "token URL"])
      expect(error.message).toMatch(words);
  });

  test("W-36: a bare 403 names the scopes of the stream", () => {
    const error = failure(403, "Forbidden");
    expect(error).toBeInstanceOf(WizPermissionError);
    expect(error.message).toMatch(/it needs read:vulnerabilities/);
    expect(error.message).toMatch(/read:resources, read:issues/);
  });

  test.each([
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "Thu, 01 Jan 1970 00:00:09 GMT" }, 9000],
    [{ "retry-after": "later" }, undefined],
    [{}, undefined],
  ])("W-39: 429 with %j waits %s ms", (headers, wait) => {
    const error = failure(429, "Too many requests", headers as Record<string, string>);
    expect(error).toBeInstanceOf(WizRateLimitError);
    expect((error as WizRateLimitError).retryAfterMs).toBe(wait);
  });

  test.each([500, 502, 503, 504, 408])("%s may pass, and a smaller page may help", (status) => {
    const error = failure(status, "<html>Bad gateway</html>");
    expect(error).toBeInstanceOf(WizUnavailableError);
    expect((error as WizUnavailableError).isTooHeavy).toBe(true);
  });

  test.each([400, 404, 415, 422])("%s fails the stream", (status) => {
    expect(failure(status, "Could not parse JSON")).toBeInstanceOf(WizResponseError);
  });

  test("Q-44: a redirect is refused, and where it leads is told without its secrets", () => {
    const error = failure(302, "", { location: "https://login.example.com/?token=abc" });
    expect(error).toBeInstanceOf(WizResponseError);
    expect(error.message).toMatch(/redirects to login\.example\.com/);
    expect(error.message).not.toMatch(/abc/);
  });
});

describe("what is no answer at all", () => {
  test("half of a JSON text may come whole the next time", () => {
    expect(failure(200, '{"data": {"page": {"nod')).toBeInstanceOf(WizUnavailableError);
  });

  test("W-38: a web page is explained", () => {
    const error = failure(200, "<!doctype html><title>Wiz</title>", { "content-type": "text/html" });
    expect(error).toBeInstanceOf(WizResponseError);
    expect(error.message).toMatch(/web page/);
  });

  test.each([["{}"], ['{"data": null}'], ["[]"], ["7"]])("%s is refused", (body) => {
    expect(failure(200, body).message).toMatch(/without data|not whole JSON/);
  });
});
