import { cpus, totalmem } from "node:os";
import type { IngestFigures, LimitedFigures } from "./ingest.ts";
import type { CpuSeconds } from "./process.ts";

export function limitedText(f: LimitedFigures): string {
  return [
    `first full pass, ${f.pageMs} ms a page, ${f.requestsPerSecond} requests/s: ${f.pages} pages in ${f.passSeconds.toFixed(1)} s, ${overFloor(f)} × the limit's floor (${f.floorSeconds.toFixed(1)} s)`,
    `  with the start of the process ${f.usage.seconds.toFixed(1)} s; CPU a record: ${cpuText(f.usage.cpu, f.records)}; Weir's process at most ${f.usage.peakMb} MB`,
  ].join("\n");
}

export function ingestText(f: IngestFigures): string {
  const { rate, copyRate, ratio, again, cpuRatio } = ratios(f);
  return [
    `${count(f.findings)} findings, ${count(f.records)} records with their assets:`,
    `  first load ${f.firstLoad.seconds.toFixed(1)} s, ${count(rate)} records/s; COPY of the same rows ${f.copySeconds.toFixed(1)} s, ${count(copyRate)} records/s; ratio ${ratio.toFixed(2)}`,
    `  CPU a record: ${cpuText(f.firstLoad.cpu, f.records)}; COPY ${micros(f.copyCpu, f.records)}; ratio without the emulator ${cpuRatio.toFixed(2)}`,
    `  unchanged full pass ${f.unchanged.seconds.toFixed(1)} s, ${again.toFixed(1)} × the first load; CPU a record: ${cpuText(f.unchanged.cpu, f.records)}`,
    `  Weir's process at most ${peakMb(f)} MB; emulator ${f.emulator.peakMb} MB, started in ${f.emulator.startSeconds.toFixed(1)} s`,
  ].join("\n");
}

function overFloor(f: LimitedFigures): string {
  return (f.passSeconds / f.floorSeconds).toFixed(2);
}

function cpuText({ weir, database, emulator }: CpuSeconds, records: number): string {
  return `Weir ${micros(weir, records)}, PostgreSQL ${micros(database, records)}, emulator ${micros(emulator, records)}`;
}

function micros(seconds: number, records: number): string {
  return `${Math.round((seconds * 1e6) / records)} µs`;
}

function ratios(f: IngestFigures) {
  const rate = f.records / f.firstLoad.seconds;
  const copyRate = f.records / f.copySeconds;
  const { weir, database } = f.firstLoad.cpu;
  return {
    rate,
    copyRate,
    ratio: rate / copyRate,
    again: f.firstLoad.seconds / f.unchanged.seconds,
    cpuRatio: f.copyCpu / (weir + database),
  };
}

export function performancePage(limited: readonly LimitedFigures[], ingests: readonly IngestFigures[]): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  return `# Performance

Measured with \`npm run bench -- --findings ${ingests.map((f) => f.findings).join(",")} --write\` on ${machine}; embedded
PostgreSQL, the emulator and Weir share the machine. Read the ratios; the absolute figures are this machine's.

## Under Wiz's limits

The first full pass over the vulnerabilities of a tenant with ${limited[0]?.pageMs} ms a page. The floor is what the limit
allows for the pages alone. On top of it come the requests that cut the pass into slices, a second or two in which Weir
learns the rate that is accepted, and the scores at the end, so a short pass is further from its floor than a long one
(budget: 1.05 × the floor).

| requests/s | pages | pass | floor | pass / floor | with the start of the process | Weir's memory |
| --- | --- | --- | --- | --- | --- | --- |
${limited.map(limitedRow).join("\n")}

## Without limits

A whole tenant, all five streams, fetched over HTTP, normalised and committed page by page; then the same again,
unchanged. *COPY* is PostgreSQL's bulk loader with the same rows into the same tables with the same indexes, in one go
(budget: half its speed; an unchanged pass 5 × the first load; Weir's process under 400 MB).

| findings | first load | records/s | COPY records/s | of COPY | unchanged | against first | Weir's memory | emulator |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${ingests.map(ingestRow).join("\n")}

## CPU time

Microseconds for a record, by who took them, on all cores together. With Wiz elsewhere the emulator's share falls away.
*At best* is what this machine could store if all its cores did nothing else and never waited. Weir's share includes the
garbage collector and the start of the process.

| | Weir | PostgreSQL | emulator | at best |
| --- | --- | --- | --- | --- |
${ingests.flatMap(cpuRows).join("\n")}
`;
}

function limitedRow(f: LimitedFigures): string {
  return `| ${f.requestsPerSecond} | ${f.pages} | ${f.passSeconds.toFixed(1)} s | ${f.floorSeconds.toFixed(1)} s | **${overFloor(f)}** | ${f.usage.seconds.toFixed(1)} s | ${f.usage.peakMb} MB |`;
}

function ingestRow(f: IngestFigures): string {
  const { rate, copyRate, ratio, again } = ratios(f);
  return `| ${count(f.findings)} | ${f.firstLoad.seconds.toFixed(0)} s | ${count(rate)} | ${count(copyRate)} | **${ratio.toFixed(2)}** | ${f.unchanged.seconds.toFixed(1)} s | **${again.toFixed(1)} ×** | ${peakMb(f)} MB | ${f.emulator.peakMb} MB, ${f.emulator.startSeconds.toFixed(1)} s |`;
}

function peakMb({ firstLoad, unchanged }: IngestFigures): number {
  return Math.max(firstLoad.peakMb, unchanged.peakMb);
}

function cpuRows(f: IngestFigures): string[] {
  const row = (name: string, { weir, database, emulator }: CpuSeconds) => {
    const shares = [weir, database, emulator].map((seconds) => micros(seconds, f.records));
    const atBest = (f.records * cpus().length) / (weir + database + emulator);
    return `| ${count(f.findings)} findings, ${name} | ${shares.join(" | ")} | ${count(atBest)} records/s |`;
  };
  return [
    row("first load", f.firstLoad.cpu),
    row("unchanged", f.unchanged.cpu),
    // One connection copies, so more cores do not help it.
    `| ${count(f.findings)} findings, COPY | – | ${micros(f.copyCpu, f.records)} | – | ${count(ratios(f).copyRate)} records/s |`,
  ];
}

function count(n: number): string {
  return Math.round(n).toLocaleString("en-US");
}
