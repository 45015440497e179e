import type { Kysely } from "kysely";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { instant } from "../model.ts";
import type { Schema } from "../store/schema.ts";
import { registerSourceMetrics } from "./source-metrics.ts";

export interface Metrics {
  readonly contentType: string;
  /** All metrics in Prometheus' text format, read anew. */
  text(): Promise<string>;
}

export interface MetricsDeps {
  db: Kysely<Schema>;
}

/** Counts come from the cubes and states from the database, so any process can answer for all. */
export function createMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const stream = ["connector", "integration", "stream"];
  const findings = gauge(registry, "weir_findings", "Findings in the inventory.", ["integration", "kind", "status"]);
  const success = gauge(
    registry,
    "weir_stream_last_success_timestamp_seconds",
    "When a pass of the stream last succeeded.",
    stream,
  );
  const failures = gauge(registry, "weir_stream_failures", "Failed attempts in a row.", stream);
  const rejected = gauge(registry, "weir_rejected_records", "Records that could not be read.", [
    "integration",
    "stream",
  ]);
  const readSources = registerSourceMetrics(registry, deps.db);

  async function read(): Promise<void> {
    for (const metric of [findings, success, failures, rejected]) metric.reset();
    await Promise.all([
      readFindings(deps.db, findings),
      readStreams(deps.db, success, failures),
      readRejected(deps.db, rejected),
      readSources(),
    ]);
  }

  return {
    contentType: registry.contentType,
    async text() {
      await read();
      return await registry.metrics();
    },
  };
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[]): Gauge {
  return new Gauge({ name, help, labelNames, registers: [registry] });
}

async function readFindings(db: Kysely<Schema>, metric: Gauge): Promise<void> {
  const rows = await db
    .selectFrom("cubeAsset")
    .innerJoin("integration", "integration.id", "cubeAsset.integrationId")
    .select((eb) => [
      "integration.name",
      "cubeAsset.kind",
      "cubeAsset.status",
      eb.fn.sum<string>("cubeAsset.n").as("n"),
    ])
    .groupBy(["integration.name", "cubeAsset.kind", "cubeAsset.status"])
    .execute();
  for (const { name, kind, status, n } of rows) metric.set({ integration: name, kind, status }, Number(n));
}

async function readStreams(db: Kysely<Schema>, success: Gauge, failures: Gauge): Promise<void> {
  const rows = await db
    .selectFrom("streamState")
    .innerJoin("integration", "integration.id", "streamState.integrationId")
    .select(["integration.name", "integration.connector", "stream", "lastSuccessAt", "failures"])
    .execute();
  for (const row of rows) {
    const labels = { connector: row.connector, integration: row.name, stream: row.stream };
    const at = instant(row.lastSuccessAt);
    if (at !== null) success.set(labels, at / 1000);
    failures.set(labels, row.failures);
  }
}

async function readRejected(db: Kysely<Schema>, metric: Gauge): Promise<void> {
  const rows = await db
    .selectFrom("rejectedRecord")
    .innerJoin("integration", "integration.id", "rejectedRecord.integrationId")
    .select((eb) => ["integration.name", "stream", eb.fn.countAll<number>().as("n")])
    .groupBy(["integration.name", "stream"])
    .execute();
  for (const { name, stream, n } of rows) metric.set({ integration: name, stream }, Number(n));
}
