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
