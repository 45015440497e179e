import { expect, test } from "vitest";
import { askedText, listText, outcomeOf, sentence } from "./words.ts";

test("a sentence begins large, unless it begins with a name", () => {
  expect(sentence("authorization failed: no")).toBe("Authorization failed: no");
  expect(sentence("vulnerabilities: no")).toBe("Vulnerabilities: no");
  expect(sentence("api.us1.app.wiz.io cannot be reached")).toBe("api.us1.app.wiz.io cannot be reached");
  expect(sentence("127.0.0.1:4400 answers")).toBe("127.0.0.1:4400 answers");
  expect(sentence("")).toBe("");
});

test("words are listed as people list them", () => {
  expect([listText([]), listText(["a"]), listText(["a", "b", "c"])]).toEqual(["", "a", "a, b and c"]);
});

test("Q-32 what a run was asked for is told in words", () => {
  expect(askedText({ mode: "delta", requestedStreams: ["issues", "assets"] })).toBe("changes in issues and assets");
  expect(askedText({ mode: "full", requestedStreams: ["detections"] })).toBe("all threat detections");
  const all = ["issues", "vulnerabilities", "misconfigurations", "detections", "assets"] as const;
  expect(askedText({ mode: "full", requestedStreams: [...all] })).toBe("everything");
  expect(askedText({ mode: "delta", requestedStreams: [...all] })).toBe("changes in every stream");
});

test("a run that was stopped is no run that failed", () => {
  const at = "2026-11-29T12:00:00.000Z";
  const outcome = (result: string | null, startedAt: string | null = at) =>
    outcomeOf({ startedAt, finishedAt: result === null ? null : at, result });
  expect([outcome(null, null), outcome(null), outcome("success"), outcome("partial")]).toEqual([
    "queued",
    "running",
    "good",
    "partly",
  ]);
  expect([outcome("cancelled"), outcome("interrupted"), outcome("failed"), outcome("unauthorized")]).toEqual([
    "stopped",
    "stopped",
    "bad",
    "bad",
  ]);
});
