/** Tables that count: how many findings, or signals, have the same values in a few columns. */

export interface CubeAssetTable {
  integrationId: string;
  status: string;
  severity: number;
  kind: string;
  cloud: string;
  class: string;
  n: number;
}

export interface CubeProjectTable {
  project: string;
  status: string;
  severity: number;
  kind: string;
  n: number;
}

export interface CubeCveTable {
  cve: string;
  status: string;
  severity: number;
  n: number;
}

export interface CubeDayTable {
  /** `2026-08-01`; `-infinity` where a finding has no date. */
  day: string;
  event: string;
  kind: string;
  severity: number;
  n: number;
}

export interface CubeAccountTable {
  accountId: string;
  status: string;
  severity: number;
  n: number;
}

export interface CubeExploitTable {
  status: string;
  severity: number;
  kind: string;
  isKev: string;
  hasExploit: string;
  hasFix: string;
  n: number;
}

export interface CubeFixTable {
  packageName: string;
  fixedVersion: string;
  riskScore: number;
  isKev: string;
  hasExploit: string;
  n: number;
}

export interface CubeSignalTable {
  at: string;
  integrationId: string;
  stream: string;
  subjectKind: string;
  change: string;
  severity: number;
  n: number;
}
