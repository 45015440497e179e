import { describe, expect, test } from "vitest";
import { emulatorHost } from "../../test/weir.ts";
import type { SliceSpec, Source } from "../connectors/connector.ts";
import { findConnector } from "../connectors/registry.ts";
import { createEmulator } from "../emulator/emulator.ts";
import { createLogger } from "../log.ts";
import type { StreamName } from "../model.ts";
import { cutSlices } from "./cut.ts";

const start = "2026-08-01T00:00:00Z";
const now = Date.parse(start);
const signal = AbortSignal.timeout(60_000);

function open(options: { countCap?: number } = {}): { source: Source; emulator: ReturnType<typeof createEmulator> } {
  const emulator = createEmulator({ findings: 4_000, seed: 3, start, clock: "frozen", ...options });
  const connector = findConnector("wiz");
  const url = `http://${emulatorHost}`;
  const form = {
    apiEndpoint: url,
    tokenUrl: `${url}/oauth/token`,
    clientId: "emulator",
    clientSecret: "emulator-secret",
  };
  const rules = { allowedHosts: [emulatorHost] };
  const log = createLogger({ format: "text", level: "error", stream: process.stderr });
  const limits = { maxRequestsPerSecond: 10_000, startRequestsPerSecond: 10_000 };
  const source = connector.open(connector.parseConnection(form, rules), {
    ...rules,
    fetch: emulator.fetch,
    now: Date.now,
    log,
    limits,
  });
  return { source, emulator };
}

const wholeOf = (source: Source, stream: StreamName) => source.plan(stream, "full", { after: null, before: null })[0]!;

async function idsOf(source: Source, slices: readonly { spec: SliceSpec }[]): Promise<string[][]> {
  return await Promise.all(
    slices.map(async ({ spec }) => {
      const ids: string[] = [];
      for (let cursor: string | null = null; ; ) {
        const page = await source.page(spec, cursor, signal);
        ids.push(...page.records.map((record) => (record.finding ?? record.asset).externalId));
        cursor = page.nextCursor;
        if (cursor === null) return ids;
      }
    }),
  );
}

describe("cutting a full pass", () => {
  test.each(["vulnerabilities", "issues", "assets"] as const)(
    "of %s leaves nothing out, and each slice is of about the size asked for",
    async (stream) => {
      const { source } = open();
      const whole = wholeOf(source, stream);
      const slices = await cutSlices(source, whole, { now, target: 100 }, signal);
      const ids = await idsOf(source, slices);
      expect(new Set(ids.flat())).toEqual(new Set((await idsOf(source, [{ spec: whole }])).flat()));
      expect(slices.length).toBeGreaterThan(2);
      const counted = slices.reduce((sum, { count }) => sum + (count?.value ?? 0), 0);
      expect(counted - new Set(ids.flat()).size).toBeLessThan(5);
      expect(ids.flat().length - new Set(ids.flat()).size).toBeLessThan(5);
      for (const [i, list] of ids.entries()) expect(list.length, JSON.stringify(slices[i])).toBeLessThanOrEqual(300);
    },
  );

  test("does so when Wiz counts only up to a cap", async () => {
    const { source } = open({ countCap: 500 });
    const whole = wholeOf(source, "vulnerabilities");
    const slices = await cutSlices(source, whole, { now, target: 400 }, signal);
    const ids = (await idsOf(source, slices)).flat();
    expect(new Set(ids)).toEqual(new Set((await idsOf(source, [{ spec: whole }])).flat()));
  });

  test("is open towards the past and the future, so that no record is too old or too new", async () => {
    const { source } = open();
    const slices = await cutSlices(source, wholeOf(source, "vulnerabilities"), { now, target: 500 }, signal);
    expect(slices[0]?.spec.after).toBeNull();
    expect(slices.at(-1)?.spec.before).toBeNull();
  });

  test("leaves a small stream whole, for the price of one count", async () => {
    const { source } = open();
    const whole = wholeOf(source, "issues");
    expect(await cutSlices(source, whole, { now }, signal)).toEqual([{ spec: whole, count: null }]);
  });
});
