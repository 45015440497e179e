import { cpus, totalmem } from "node:os";
import type { IdentityFigures, RuleChange } from "./identity.ts";
import type { Agreement } from "./identity-truth.ts";

export function identityText(f: IdentityFigures): string {
  return [
    `${count(f.machines)} machines that two tenants see:`,
    `  first tenant ${f.first.seconds.toFixed(1)} s, second ${f.second.seconds.toFixed(1)} s; at most ${Math.max(f.first.peakMb, f.second.peakMb)} MB`,
    `  loaded: ${agreementText(f.loaded)}`,
    `  after ${f.changes.map(({ seconds }) => `${seconds.toFixed(1)} s`).join(" and ")} for what changed: ${agreementText(f.changed)}`,
    `  one tenant with the first rule alone: ${changeText(f.fewer)}`,
    `  with the default rules again: ${changeText(f.again)}`,
    `  then: ${agreementText(f.restored)}`,
  ].join("\n");
}

export function changeText({ predicted, actual, merges, splits, drySeconds, applySeconds }: RuleChange): string {
  return `the dry run (${drySeconds.toFixed(1)} s) says ${count(merges)} merges, ${count(splits)} splits, ${count(predicted)} assets; applied in ${applySeconds.toFixed(1)} s: ${count(actual)} assets`;
}

/** As docs/performance.md has it. */
export function identitySection(f: IdentityFigures): string {
  const load = Math.max(f.first.peakMb, f.second.peakMb);
  const lines: [string, string][] = [
    [`first tenant, ${count(f.loaded.records)} records of both together`, seconds(f.first.seconds)],
    ["second tenant, nearly half of its machines known already", seconds(f.second.seconds)],
    ["what changed in both", f.changes.map((one) => seconds(one.seconds)).join(" and ")],
    ["dry run: one tenant with the first rule alone", seconds(f.fewer.drySeconds)],
    [`applied: ${count(f.fewer.splits)} assets split`, seconds(f.fewer.applySeconds)],
    ["dry run: the default rules again", seconds(f.again.drySeconds)],
    [`applied: ${count(f.again.merges)} assets merged`, seconds(f.again.applySeconds)],
  ];
  const said = [f.fewer, f.again].every(({ predicted, actual }) => predicted === actual);
  return `## Identification

Measured with \`npm run bench -- identity --write\` on ${machineText()}, embedded PostgreSQL and both emulators beside it:
${count(f.machines)} machines of which two tenants each see a part, three in ten both
([the estate](emulator.md#two-tenants-one-estate)). Times are those of whole commands.

| | |
| --- | --- |
${lines.map(([what, figure]) => `| ${what} | ${figure} |`).join("\n")}
| Weir's memory | ${load} MB |

| | records | machines | assets | false merges | missed merges |
| --- | --- | --- | --- | --- | --- |
${rowOf("both loaded", f.loaded)}
${rowOf("after machines were listed again and names used again", f.changed)}
${rowOf("after rules were turned off and on again", f.restored)}

The dry runs said ${count(f.fewer.predicted)} and ${count(f.again.predicted)} assets; ${said ? "so it came" : `it became ${count(f.fewer.actual)} and ${count(f.again.actual)}`}.
`;
}

function rowOf(what: string, { records, machines, assets, falseMerges, missedMerges }: Agreement): string {
  return `| ${what} | ${count(records)} | ${count(machines)} | ${count(assets)} | **${falseMerges}** | **${missedMerges}** |`;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

export function agreementText({ records, machines, assets, falseMerges, missedMerges, strangers }: Agreement): string {
  return `${count(records)} records, ${count(machines)} machines, ${count(assets)} assets; ${falseMerges} false merges, ${missedMerges} missed merges, ${strangers} strangers`;
}

function count(n: number): string {
  return Math.round(n).toLocaleString("en-US");
}

function machineText(): string {
  const [cpu] = cpus();
  return `${cpus().length} cores (${cpu?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
}
