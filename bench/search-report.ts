import { cpus, totalmem } from "node:os";
import { quantile, type SearchFigures, type Timing } from "./search.ts";

export function searchText({ findings, isUnderLoad, timings }: SearchFigures): string {
  const rows = families(timings).map(({ name, times, budgetMs }) => line(name, times, budgetMs));
  const missed = timings.filter(isMissed);
  const verdict =
    missed.length === 0 ? "all within their budgets" : `${missed.length} of ${timings.length} queries missed`;
  return [`${count(findings)} findings${isUnderLoad ? ", during a load" : ""}: ${verdict}`, ...rows].join("\n");
}

function line(name: string, times: readonly number[], budgetMs: number): string {
  const [p50, p95, max] = [0.5, 0.95, 1].map((q) => quantile(times, q).toFixed(1).padStart(8));
  return `${p50}${p95}${max}  ${(quantile(times, 0.95) / budgetMs).toFixed(2)}  ${name}`;
}

function isMissed({ times, budgetMs }: Timing): boolean {
  return quantile(times, 0.95) > budgetMs;
}

/** All queries of a family together. */
function families(timings: readonly Timing[]): { name: string; times: number[]; budgetMs: number }[] {
  const groups = Map.groupBy(timings, ({ family }) => family);
  return [...groups].map(([name, of]) => ({
    name,
    times: of.flatMap(({ times }) => times),
    budgetMs: of[0]?.budgetMs ?? 0,
  }));
}

export function searchSection(figures: readonly SearchFigures[]): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `## Search

Measured with \`npm run bench -- search\` on ${machine}, with the embedded PostgreSQL: a store that SQL fills, then pages
of 50 records, facets and single records, each many times and with changing values. Milliseconds from the call of the
search to its answer; p95 against the budget (lists 100 ms, facets and dashboard 150 ms at ten million findings, half of
that at one million; a single record 5 ms).

${figures.map(figuresTable).join("\n\n")}
`;
}

function figuresTable({ findings, isUnderLoad, timings }: SearchFigures): string {
  const missed = timings.filter(isMissed);
  const row = (name: string, times: readonly number[], budgetMs: number) => {
    const [p50, p95, max] = [0.5, 0.95, 1].map((q) => quantile(times, q).toFixed(1));
    return `| ${name.replaceAll("|", "\\|")} | ${p50} | ${p95} | ${max} | **${(quantile(times, 0.95) / budgetMs).toFixed(2)}** |`;
  };
  return `### ${count(findings)} findings${isUnderLoad ? ", while a tenant is loaded" : ""}

| | p50 | p95 | max | of the budget |
| --- | --- | --- | --- | --- |
${families(timings)
  .map(({ name, times, budgetMs }) =>
    row(`${name} (${timings.filter((t) => t.family === name).length} queries)`, times, budgetMs),
  )
  .join("\n")}

${missed.length === 0 ? "Every query keeps within its budget." : `Over their budget:\n\n| | p50 | p95 | max | of the budget |\n| --- | --- | --- | --- | --- |\n${missed.map(({ family, name, times, budgetMs }) => row(`${family}: \`${name}\``, times, budgetMs)).join("\n")}`}`;
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
