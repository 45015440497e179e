import { cpus, totalmem } from "node:os";
import type { FeedFigures } from "./feeds.ts";
import { quantile } from "./search.ts";

/** The part of docs/performance.md about feeds. */
export function feedsSection(figures: readonly FeedFigures[]): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `## Feeds

Measured with \`npm run bench -- feeds\` on ${machine}, with the embedded PostgreSQL: an EPSS file of 300,000 CVEs, among
them all that the store has, is loaded, then all scores that change follow in the background, findings and their assets.
One process does both and answers searches all the while (lists, facets, dashboard, one after the other).

${figures.map(figuresTable).join("\n\n")}
`;
}

export function figuresTable(figures: FeedFigures): string {
  const { findings, rows, importMs, importBytes, total, changed, assets, scoringMs, fixFirst, searches } = figures;
  const base = [0.5, 0.95].map((q) => quantile(searches.before, q));
  const row = (name: string, times: readonly number[]) => {
    const [p50 = 0, p95 = 0, max = 0] = [0.5, 0.95, 1].map((q) => quantile(times, q));
    const ratios = `${(p50 / base[0]!).toFixed(2)} × | **${(p95 / base[1]!).toFixed(2)} ×**`;
    return `| ${name} | ${times.length} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${max.toFixed(1)} | ${ratios} |`;
  };
  const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `### ${count(findings)} findings

${count(rows)} rows are loaded in ${seconds(importMs)}, with ${Math.round(importBytes / 1e6)} MB more of memory. ${count(changed)} of
${count(total)} findings and ${count(assets)} assets followed in ${seconds(scoringMs)} (${count(Math.round((1000 * total) / scoringMs))} findings a second). The
dashboard's upgrades to make first take ${quantile(fixFirst, 0.5).toFixed(1)} ms (p95 ${quantile(fixFirst, 0.95).toFixed(1)} ms).

| searches | number | p50 ms | p95 ms | max ms | p50 against before | p95 against before |
| --- | --- | --- | --- | --- | --- | --- |
${[row("before", searches.before), row("while the file is loaded", searches.importing), row("while scores follow", searches.scoring)].join("\n")}`;
}

const count = (n: number) => n.toLocaleString("en-US");
