import { cpus, totalmem } from "node:os";
import type { IdentityFigures } from "./identity.ts";
import type { Agreement } from "./identity-truth.ts";

export function identityText(f: IdentityFigures): string {
  return [
    `${count(f.machines)} machines that two tenants see:`,
    `  first tenant ${f.first.seconds.toFixed(1)} s, second ${f.second.seconds.toFixed(1)} s; at most ${Math.max(f.first.peakMb, f.second.peakMb)} MB`,
    `  loaded: ${agreementText(f.loaded)}`,
    `  after ${f.changes.map(({ seconds }) => `${seconds.toFixed(1)} s`).join(" and ")} for what changed: ${agreementText(f.changed)}`,
  ].join("\n");
}

function agreementText({ records, machines, assets, falseMerges, missedMerges, strangers }: Agreement): string {
  return `${count(records)} records, ${count(machines)} machines, ${count(assets)} assets; ${falseMerges} false merges, ${missedMerges} missed merges, ${strangers} strangers`;
}

function count(n: number): string {
  return Math.round(n).toLocaleString("en-US");
}

export function machineText(): string {
  const [cpu] = cpus();
  return `${cpus().length} cores (${cpu?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
}
