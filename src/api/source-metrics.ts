import type { Kysely } from "kysely";
import { Gauge, type Registry } from "prom-client";
import type { AccountState } from "../connectors/connector.ts";
import { readSourceReports } from "../store/lease.ts";
import type { Schema } from "../store/schema.ts";

const perAccount: Record<string, { help: string; value: (state: AccountState) => number }> = {
  weir_source_requests_per_second: {
    help: "Requests per second that the governor allows.",
    value: (state) => state.requestsPerSecond,
  },
  weir_source_requests_per_second_used: {
    help: "Requests per second that were really sent, over the last ten seconds.",
    value: (state) => state.usedPerSecond,
  },
  weir_source_requests_total: { help: "Requests sent.", value: (state) => state.requests },
  weir_source_rate_limited_total: {
    help: "Answers that said to slow down.",
    value: (state) => state.rateLimited,
  },
  weir_source_requests_waiting: { help: "Requests that wait for their turn.", value: (state) => state.waiting },
  weir_source_requests_in_flight: { help: "Requests under way.", value: (state) => state.inFlight },
  weir_source_waited_seconds_total: {
    help: "Time that requests waited for their turn, all together.",
    value: (state) => state.waitedMs / 1000,
  },
};

/** The governors' metrics. Their workers write their state into the database, so any process can answer for all. */
export function registerSourceMetrics(registry: Registry, db: Kysely<Schema>): () => Promise<void> {
  const gauges = Object.entries(perAccount).map(([name, { help, value }]) => ({
    gauge: new Gauge({ name, help, labelNames: ["account"], registers: [registry] }),
    value,
  }));
  const pageSize = new Gauge({
    name: "weir_source_page_size",
    help: "Records that are asked for at a time.",
    labelNames: ["account", "stream"],
    registers: [registry],
  });
  return async () => {
    for (const metric of [...gauges.map(({ gauge }) => gauge), pageSize]) metric.reset();
    for (const { accountKey: account, state } of await readSourceReports(db)) {
      for (const { gauge, value } of gauges) gauge.set({ account }, value(state));
      for (const [stream, size] of Object.entries(state.pageSizes)) pageSize.set({ account, stream }, size);
    }
  };
}
