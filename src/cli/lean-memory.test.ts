import { expect, test } from "vitest";
import { applyLeanMemory } from "./lean-memory.ts";

const script = ["/usr/bin/node", "/weir/src/cli/main.ts"];

/** How a process was started again; `null` when it was not. */
function restart(changes: Partial<NodeJS.Process>): unknown[] | null {
  let call: unknown[] | null = null;
  const execve = (...args: unknown[]) => {
    call = args;
  };
  const started = {
    platform: "linux",
    env: { HOME: "/root" },
    execPath: "/usr/bin/node",
    execArgv: ["--flag"],
    execve,
  };
  applyLeanMemory({ ...started, argv: [...script, "serve", "--port", "1"], ...changes } as unknown as NodeJS.Process);
  return call;
}

test("a command that moves many records starts again as it was, with settings for malloc", () => {
  const [file, args, env] = restart({}) ?? [];
  expect([file, args]).toEqual(["/usr/bin/node", ["/usr/bin/node", "--flag", script[1], "serve", "--port", "1"]]);
  expect(env).toMatchObject({ HOME: "/root", MALLOC_ARENA_MAX: "1" });
});

test.each<[string, Partial<NodeJS.Process>]>([
  ["once it has", { env: { MALLOC_ARENA_MAX: "1" } }],
  ["for a search", { argv: [...script, "search", "openssl"] }],
  ["on macOS", { platform: "darwin" }],
  ["under a parent that talks to it", { send: (() => true) as NodeJS.Process["send"] }],
])("it does not %s", (_, changes) => {
  expect(restart(changes)).toBeNull();
});
