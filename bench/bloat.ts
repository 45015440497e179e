import { type Kysely, sql } from "kysely";
import type { Schema } from "../src/store/schema.ts";
import { type Tenant, withTenant } from "./ingest.ts";

/** What a table takes, in bytes. */
interface TableSize {
  name: string;
  heap: number;
  indexes: number;
  /** Rows inserted, updated and deleted since the table was made. */
  written: number;
}

export interface BloatFigures {
  findings: number;
  passes: number;
  /** After the first load. */
  before: TableSize[];
  /** After full passes over a tenant that stood still, back to back and without a VACUUM. */
  unchanged: TableSize[];
  /** After a full pass a day over a tenant that lived, a VACUUM after each, as autovacuum has a day for it. */
  living: TableSize[];
  /** The same rows, rewritten without any waste. */
  compact: TableSize[];
}

const passes = 10;
const daySeconds = 86_400;

/** How much tables grow by being kept up to date. */
export async function measureBloat(findings: number): Promise<BloatFigures> {
  return await withTenant(["--findings", String(findings), "--seed", "1", "--vanishing"], async (tenant) => {
    const { db } = tenant.app;
    await tenant.sync(["--full"]);
    await sql`vacuum analyze`.execute(db);
    const before = await tableSizes(db);
    for (let i = 0; i < passes; i++) await tenant.sync(["--full"]);
    const unchanged = await tableSizes(db);
    for (let i = 0; i < passes; i++) {
      await livesOn(tenant, daySeconds);
      await tenant.sync(["--full"]);
      await sql`vacuum`.execute(db);
    }
    const living = await tableSizes(db);
    await sql`vacuum full`.execute(db);
    return { findings, passes, before, unchanged, living, compact: await tableSizes(db) };
  });
}

async function livesOn({ emulator }: Tenant, seconds: number): Promise<void> {
  const body = JSON.stringify({ advanceSeconds: seconds });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${emulator.url}/emulator/clock`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`The emulator's clock did not move: ${await answer.text()}`);
}

/** The partitions of the change log count as one table. */
async function tableSizes(db: Kysely<Schema>): Promise<TableSize[]> {
  const { rows } = await sql<TableSize>`
    select regexp_replace(relname, '^signal_[0-9]+$', 'signal') as name, sum(pg_table_size(relid))::bigint as heap,
      sum(pg_indexes_size(relid))::bigint as indexes, sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint as written
    from pg_stat_user_tables where relname !~ '^seen_' group by 1 order by 1`.execute(db);
  return rows;
}

/** The figures as a Markdown table, the largest first; what is under 100 kB all the time is left out. */
export function bloatText(figures: BloatFigures): string {
  const { before, unchanged, living, compact } = figures;
  const size = (sizes: readonly TableSize[], name: string) => sizes.find((table) => table.name === name);
  const total = (table: TableSize | undefined) => (table === undefined ? 0 : table.heap + table.indexes);
  const rows = living
    .toSorted((a, b) => total(b) - total(a))
    .map(({ name }) => {
      const [a, b, c, d] = [before, unchanged, living, compact].map((sizes) => size(sizes, name));
      if (Math.max(total(a), total(b), total(c)) < 100_000) return "";
      const waste = total(d) === 0 ? "–" : `${(total(c) / total(d)).toFixed(2)}`;
      return `| \`${name}\` | ${mb(a)} | ${mb(b)} | ${((b?.written ?? 0) - (a?.written ?? 0)).toLocaleString("en-US")} | ${mb(c)} | ${mb(d)} | ${waste} |\n`;
    });
  return `| table | loaded | ${figures.passes} passes, unchanged | rows written then | ${figures.passes} days, living | rewritten | ratio |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("")}`;
}

function mb(table: TableSize | undefined): string {
  if (table === undefined) return "–";
  return `${(table.heap / 1e6).toFixed(1)} + ${(table.indexes / 1e6).toFixed(1)}`;
}
