import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import type { CliContext } from "./context.ts";
import { emulatorCommand } from "./emulator.ts";
import { type EmulatorProcess, startEmulatorProcess } from "./emulator-process.ts";

const started: EmulatorProcess[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((emulator) => emulator.stop()));
});

async function state(...args: string[]) {
  const emulator = await startEmulatorProcess(["--port", "0", "--findings", "1000", ...args]);
  started.push(emulator);
  return (await fetch(`${emulator.url}/emulator/state`)).json() as Promise<Record<string, unknown>>;
}

/** What the command says when it is used wrongly. */
async function complaint(...args: string[]): Promise<string> {
  const command = emulatorCommand({ stdout: new PassThrough() } as unknown as CliContext)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  const failure = await command.parseAsync(["--port", "0", ...args], { from: "user" }).catch((error: Error) => error);
  return (failure as Error).message;
}

describe("weir emulator", () => {
  it("makes the tenant, its account and its faults as it is told", async () => {
    const faults = "unknown-field,field=dueAt,stream=issues";
    const answer = await state(
      ...["--start", "2026-01-01T00:00:00Z", "--seed", "7", "--scopes", "read:issues, read:projects"],
      ...["--projects", "Payments", "--fault", faults, "--fault", "server-error,stream=token,status=502,span=3"],
      ...["--vanishing", "--silent-edits", "--no-defend", "--live", "--changes-per-hour", "60"],
    );
    expect(answer).toMatchObject({
      seed: 7,
      start: "2026-01-01T00:00:00Z",
      live: true,
      serviceAccounts: [
        { clientId: "emulator", scopes: ["read:issues", "read:projects"], projects: [expect.any(String)] },
      ],
      faults: [
        { kind: "unknown-field", field: "dueAt", stream: "issues" },
        { kind: "server-error", stream: "token", status: 502, span: 3 },
      ],
    });
  }, 30_000);

  it("refuses what makes no sense and says why", async () => {
    expect(await complaint("--fault", "meteor")).toContain('unknown fault "meteor"');
    expect(await complaint("--fault", "slow,delay=5")).toContain('"delay=5" is no setting of a fault');
    expect(await complaint("--fault", "slow,stream=isues")).toContain('no stream "isues"');
    expect(await complaint("--fault", "unknown-field,field=altitude")).toContain("that the schema has");
    expect(await complaint("--rate-limit-form", "loud")).toContain("header, bare, graphql");
    expect(await complaint("--findings", "many")).toContain("whole number");
  });

  it("refuses a tenant that cannot be made", async () => {
    expect(await complaint("--projects", "Atlantis")).toContain('no project "Atlantis"');
    expect(await complaint("--findings", "3")).toContain("10 or more");
    expect(await complaint("--start", "yesterday")).toContain("start is not a time");
  });
});
