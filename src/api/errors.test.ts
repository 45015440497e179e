import { expect, test } from "vitest";
import { QueryError } from "../errors.ts";
import { toErrorAnswer } from "./errors.ts";

test("a query that is wrong is answered with its place, what was meant and an example, for editors", () => {
  const error = new QueryError("No.", 3, { suggestion: "severity", example: "severity >= high" });
  expect(toErrorAnswer(error, "1")).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "query",
        message: "No. Did you mean severity? For example severity >= high.",
        position: 3,
        suggestion: "severity",
        example: "severity >= high",
      },
    },
  });
});

test("a text that the database cannot hold is the caller's mistake, not Weir's", () => {
  const error = Object.assign(new Error('invalid byte sequence for encoding "UTF8": 0x00'), { code: "22021" });
  expect(toErrorAnswer(error, "1")).toMatchObject({
    status: 400,
    isInternal: false,
    body: { error: { code: "invalid_request", message: expect.stringContaining("NUL character") } },
  });
  expect(toErrorAnswer(Object.assign(new Error("no"), { code: "42P01" }), "1").status).toBe(500);
});
