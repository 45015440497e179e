import { afterEach, beforeEach, expect, test } from "vitest";
import { testApi } from "../../../test/api.ts";
import { inventory } from "../../../test/inventory.ts";
import { type TestDatabase, testDatabase } from "../../../test/postgres.ts";
import { testWeir } from "../../../test/weir.ts";
import { createEmulator } from "../../emulator/emulator.ts";
import { nextEpoch } from "../../store/lease.ts";
import { insertPaceSample, type PaceSample, prunePaceSamples } from "../../store/pace-sample.ts";
import { requestRun } from "../../store/run.ts";

interface Pace {
  samples: (Omit<PaceSample, "learnedLimit"> & { at: string })[];
  settled: number | null;
  ceiling: number | null;
}

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

async function read(path: string) {
  const answer = await testApi(database).as("viewer").request(`/api/v1/integrations/${path}`);
  return { status: answer.status, pace: (await answer.json()) as Pace };
}

const aSample: PaceSample = {
  requestsPerSecond: 3.33,
  usedPerSecond: 2.5,
  waiting: 4,
  inFlight: 1,
  isPaused: false,
  limited: 0,
  learnedLimit: null,
};

/** An integration whose account has samples so many seconds ago. */
async function withSamples(samples: { secondsAgo: number; sample?: Partial<PaceSample> }[]) {
  const accountKey = await inventory(database).integration("prod");
  const epoch = await nextEpoch(database.db, accountKey, { workerId: accountKey, name: "test" }, Date.now());
  for (const { secondsAgo, sample } of samples) {
    await insertPaceSample(database.db, { accountKey, epoch }, { ...aSample, ...sample });
    await database.pool.query(
      "update pace_sample set at = now() - make_interval(secs => $1) where at > now() - interval '1 second'",
      [secondsAgo],
    );
  }
  return { accountKey, epoch };
}

test("before anything was asked there is nothing", async () => {
  await inventory(database).integration("prod");
  expect((await read("prod/pace")).pace).toEqual({ samples: [], settled: null, ceiling: null });
});

test("a worker tells what its governor does, also that the source objects and what it accepts", async () => {
  const emulator = createEmulator({ findings: 8_000, seed: 7, rps: 1, rateLimitForm: "bare" });
  const send = async (input: string | URL | Request, init?: RequestInit) => emulator.fetch(new Request(input, init));
  const weir = testWeir(database, send, { limits: { maxRequestsPerSecond: 50, startRequestsPerSecond: 20 } });
  const { id: integrationId } = await weir.addIntegration("prod");
  const request = { integrationId, trigger: "demand", mode: "full", streams: ["vulnerabilities"] } as const;
  await requestRun(database.db, request, Date.now());
  const worker = weir.worker({ integrationId });
  try {
    for (;;) {
      const { pace } = await read("prod/pace");
      if (pace.samples.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await worker.stop();
  }
  const { pace } = await read("prod/pace");
  expect(pace.ceiling).toBe(50);
  expect(pace.settled).toBeGreaterThan(1);
  expect(pace.settled).toBeLessThan(20);
  expect(pace.samples[0]).toMatchObject({ isPaused: expect.any(Boolean), waiting: expect.any(Number) });
  expect(pace.samples[0]?.limited).toBeGreaterThan(0);
  expect(pace.samples[0]?.usedPerSecond).toBeGreaterThan(0);
});

test("samples come oldest first, those of the last minutes; what was learned last is what it settled on", async () => {
  await withSamples([
    { secondsAgo: 4_000, sample: { learnedLimit: 2 } },
    { secondsAgo: 100, sample: { limited: 3 } },
    { secondsAgo: 20, sample: { isPaused: true, learnedLimit: 5.5 } },
  ]);
  const { pace } = await read("prod/pace");
  expect(pace.samples).toEqual([
    expect.objectContaining({ requestsPerSecond: 3.33, usedPerSecond: 2.5, waiting: 4, inFlight: 1, limited: 3 }),
    expect.objectContaining({ isPaused: true, limited: 0 }),
  ]);
  expect(pace.settled).toBe(5.5);
  expect((await read("prod/pace?minutes=120")).pace.samples).toHaveLength(3);
  expect((await read("prod/pace?minutes=1")).pace.samples).toHaveLength(1);
});

test("over a whole day there are no more samples than a graph can show, and no refusal is lost", async () => {
  const { accountKey } = await withSamples([]);
  await database.pool.query(
    `insert into pace_sample select $1, now() - make_interval(secs => n * 10), 3, 2, 1, 1, false, 1, null
     from generate_series(1, 8600) n`,
    [accountKey],
  );
  const { pace } = await read("prod/pace?minutes=1440");
  expect(pace.samples.length).toBeLessThanOrEqual(721);
  expect(pace.samples.length).toBeGreaterThan(700);
  expect(pace.samples.reduce((sum, { limited }) => sum + limited, 0)).toBe(8_600);
});

test("a day of samples is kept, and a process that lost its lease stores none", async () => {
  const { accountKey, epoch } = await withSamples([{ secondsAgo: 90_000 }, { secondsAgo: 80_000 }]);
  expect(await prunePaceSamples(database.db)).toBe(1);
  await insertPaceSample(database.db, { accountKey, epoch: epoch - 1 }, aSample);
  expect((await read("prod/pace?minutes=1440")).pace.samples).toHaveLength(1);
  for (const minutes of ["0", "1441", "x"]) expect((await read(`prod/pace?minutes=${minutes}`)).status).toBe(400);
});
