import { expect } from "vitest";
import type { Connector, SourceDeps } from "../../src/connectors/connector.ts";
import { findConnector } from "../../src/connectors/registry.ts";
import { createTestTime, type TestTime } from "../../src/connectors/wiz/test-time.ts";
import { createEmulator, type Emulator } from "../../src/emulator/emulator.ts";
import type { EmulatorOptions } from "../../src/emulator/options.ts";
import type { StreamName } from "../../src/model.ts";
import type { Integration } from "../../src/store/integration.ts";
import type { Run } from "../../src/store/run.ts";
import { type IntegrationStatus, readStatus, type StreamStatus } from "../../src/sync/status.ts";
import type { WorkerDeps } from "../../src/sync/worker.ts";
import { type TestDatabase, testDatabase } from "../postgres.ts";
import { compareWithTruth, readTruth, readVanished } from "../truth.ts";
import { emulatorHost, type TestWeir, testWeir } from "../weir.ts";
import { createWire, type Wire } from "./wire.ts";

/** When the tenants of these tests are as their seed made them. */
export const start = "2026-08-01T00:00:00Z";
export const startMs = Date.parse(start);

export interface TenantOptions extends EmulatorOptions, Partial<Pick<WorkerDeps, "sliceTarget" | "limits">> {
  /** Weir's own clock in milliseconds; the tenant's by default. */
  weirNow?: (emulator: Emulator) => number;
  /** After so many milliseconds of real time a request is given up. */
  timeoutMs?: number;
}

/** A small frozen tenant, a Weir that is connected to it, and the wire between them. Waits take no time. */
export interface Tenant {
  readonly database: TestDatabase;
  readonly emulator: Emulator;
  readonly wire: Wire;
  readonly weir: TestWeir;
  readonly integration: Integration;
  /** The time in which the governor waits. */
  readonly time: TestTime;
  /** Weir's own clock. */
  readonly now: () => number;
  full(...streams: StreamName[]): Promise<Run>;
  delta(...streams: StreamName[]): Promise<Run>;
  /** Moves the tenant's clock so that what happened lies before the next delta's end. */
  live(seconds: number): void;
  control(path: string, body: unknown): Promise<void>;
  status(): Promise<IntegrationStatus>;
  stream(name: StreamName): Promise<StreamStatus>;
  differences(): Promise<string[]>;
  expectTruth(): Promise<void>;
  rows<Row extends object = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function aTenant(options: TenantOptions = {}): Promise<Tenant> {
  const { weirNow, timeoutMs, sliceTarget, limits, ...emulated } = options;
  const database = await testDatabase();
  const time = createTestTime();
  const emulator = createEmulator({ findings: 400, seed: 7, start, clock: "frozen", now: time.now, ...emulated });
  const wire = createWire(() => emulator);
  const clock = weirNow ?? (() => emulator.now());
  // Of two things that Weir does one is later, although the tenant's clock stands.
  let moments = 0;
  const now = () => clock(emulator) + moments++;
  const weir = testWeir(database, wire.fetch, {
    now,
    findConnector: (id) => inTime(findConnector(id), { time, now: () => clock(emulator), timeoutMs }),
    sliceTarget: sliceTarget ?? 100,
    ...(limits !== undefined && { limits }),
  });
  const integration = await weir.addIntegration("tenant");
  const status = () => readStatus(database.db, integration, now());
  const url = `http://${emulatorHost}`;
  const differences = async () => {
    const [truth, vanished] = [await readTruth(url, emulator.fetch), await readVanished(url, emulator.fetch)];
    return (await compareWithTruth(database.db, integration.id, truth, vanished)).differences;
  };
  return {
    database,
    emulator,
    wire,
    weir,
    integration,
    time,
    now,
    full: (...streams) => weir.sync(integration, { full: true, ...(streams.length > 0 && { streams }) }),
    delta: (...streams) => weir.sync(integration, { ...(streams.length > 0 && { streams }) }),
    live(seconds) {
      emulator.advance(seconds);
      // A delta ends before the second in which it is asked.
      emulator.advance(1);
    },
    async control(path, body) {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      const answer = await emulator.fetch(`${url}/emulator/${path}`, init);
      expect(answer.status, await answer.clone().text()).toBe(200);
    },
    status,
    stream: async (name) => (await status()).streams.find(({ stream }) => stream === name)!,
    differences,
    expectTruth: async () => expect((await differences()).slice(0, 10)).toEqual([]),
    rows: async (sql, values = []) => (await database.pool.query(sql, values)).rows,
    close: () => database.close(),
  };
}

interface InTime {
  time: TestTime;
  now: () => number;
  timeoutMs: number | undefined;
}

/** The connector with waits that take no time: only when nothing else can go on, its time does. */
function inTime(connector: Connector, { time, now, timeoutMs }: InTime): Connector {
  // Both clocks move it: hours of the tenant's life, and seconds that were waited.
  const seams = { sleep: time.sleep, now: () => now() + time.now(), ...(timeoutMs !== undefined && { timeoutMs }) };
  const within = (deps: SourceDeps): SourceDeps => ({ ...deps, ...seams });
  return {
    ...connector,
    openAccount: (deps) => connector.openAccount(within(deps)),
    open: (connection, deps) => connector.open(connection, within(deps)),
  };
}
