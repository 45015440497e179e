import type { ColumnType, Generated } from "kysely";
import type { Identifiers } from "../model.ts";
import type { Json } from "./json-column.ts";
import type {
  ApiTokenTable,
  AppUserTable,
  AuditEventTable,
  ExportProgressTable,
  PreferenceTable,
  RateLimitTable,
  SavedSearchTable,
  SessionTable,
  SetupTokenTable,
} from "./schema-users.ts";

/**
 * One interface per table, columns in camelCase: Kysely's CamelCasePlugin maps them to the snake_case of the
 * migrations. Times are ISO 8601 texts in UTC, JSON columns are written as JSON text.
 */

interface SettingTable {
  key: string;
  value: Json<unknown>;
}

export interface IntegrationTable {
  id: string;
  name: string;
  connector: string;
  description: string | null;
  apiUrl: string;
  tokenUrl: string;
  audience: string;
  clientId: string;
  accountKey: string;
  secret: Buffer;
  isEnabled: boolean;
  streams: Json<unknown>;
  assetClasses: string[] | null;
  projects: string[] | null;
  identificationRules: string[] | null;
  createdAt: string;
  updatedAt: string;
  pendingSecret: Buffer | null;
  pendingClientId: string | null;
  pendingSince: string | null;
  pendingTriedAt: string | null;
  pendingError: string | null;
}

interface LeaseTable {
  accountKey: string;
  epoch: number;
  holder: string;
  acquiredAt: string;
  workerId: string | null;
  sourceState: Json<unknown> | null;
  sourceStateAt: string | null;
}

interface WorkerTable {
  id: string;
  name: string;
  isPolling: boolean;
  startedAt: string;
  heartbeatAt: string;
}

interface MissingRecordTable {
  id: string;
  integrationId: string;
  stream: string;
  passes: number;
  state: string;
  since: string;
}

export interface ReviewTable {
  id: string;
  integrationId: string;
  stream: string;
  reason: string;
  records: number;
  openRecords: number;
  raisedAt: string;
  decidedAt: string | null;
  decision: string | null;
  decidedBy: string | null;
}

export interface StreamStateTable {
  integrationId: string;
  stream: string;
  watermark: string | null;
  lastAttemptAt: string | null;
  lastSuccessAt: string | null;
  lastFullAt: string | null;
  failures: Generated<number>;
  errorCode: string | null;
  error: string | null;
  warning: string | null;
}

export interface RunTable {
  id: string;
  integrationId: string;
  trigger: string;
  mode: string;
  streams: string[];
  requestedAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  result: string | null;
  phase: string | null;
  error: string | null;
  cancelRequestedAt: string | null;
}

export interface PassTable {
  id: string;
  runId: string;
  integrationId: string;
  stream: string;
  lane: string;
  accountKey: string;
  windowAfter: string | null;
  windowBefore: string | null;
  sourceStartedAt: string;
  startedAt: string;
  finishedAt: string | null;
  result: string | null;
  errorCode: string | null;
  error: string | null;
  scope: string | null;
  tracksSeen: Generated<boolean>;
  missing: number | null;
  gone: number | null;
  goneNote: string | null;
  held: number | null;
}

export interface SliceTable {
  id: string;
  passId: string;
  position: number;
  spec: Json<unknown>;
  cursor: string | null;
  isDone: Generated<boolean>;
  epoch: number;
  pages: Generated<number>;
  sourceCount: number | null;
  isCountCapped: Generated<boolean>;
  fetched: Generated<number>;
  written: Generated<number>;
  unchanged: Generated<number>;
  rejected: Generated<number>;
  partialPages: Generated<number>;
  outOfScope: Generated<number>;
  restarts: Generated<number>;
}

export interface DefinitionTable {
  id: string;
  integrationId: string;
  kind: string;
  externalId: string;
  title: string;
  description: string | null;
  remediation: string | null;
  cvss: number | null;
  epss: number | null;
  isKev: boolean | null;
  hasExploit: boolean | null;
  publishedAt: string | null;
  link: string | null;
  frameworks: string[];
  hash: string;
  sourceUpdatedAt: string | null;
}

export interface AssetTable {
  id: string;
  name: string;
  class: string;
  type: string;
  nativeType: string | null;
  status: string;
  cloud: string | null;
  accountId: string | null;
  accountName: string | null;
  region: string | null;
  isInternetExposed: boolean | null;
  operatingSystem: string | null;
  projects: string[];
  tags: string[];
  inventory: string[];
  sourceCount: Generated<number>;
  criticality: Generated<number>;
  riskScore: Generated<number>;
  openCritical: Generated<number>;
  openHigh: Generated<number>;
  openMedium: Generated<number>;
  openLow: Generated<number>;
  openInformational: Generated<number>;
  isPlaceholder: boolean;
  firstSeenAt: string | null;
  lastSeenAt: string | null;
  deletedAt: string | null;
  sourceUpdatedAt: string | null;
  changedAt: string;
  version: number;
}

export interface AssetSourceTable {
  id: string;
  assetId: string;
  integrationId: string;
  externalId: string;
  providerUniqueId: string | null;
  isPlaceholder: boolean;
  firstSeenAt: string | null;
  lastSeenAt: string | null;
  sourceUpdatedAt: string | null;
  hash: string;
  version: number;
  goneAt: Generated<string | null>;
  deletedAt: Generated<string | null>;
  identifiers: ColumnType<Identifiers | null, string | null | undefined, string | null>;
  addedAt: Generated<string>;
}

interface IdentityKeyTable {
  key: string;
  sourceId: string;
}

interface IdentityCommonTable {
  key: string;
}

interface IdentityTodoTable {
  id: Generated<number>;
  sourceId: string;
  isBackground: Generated<boolean>;
}

interface IdentitySeparationTable {
  id: string;
  sourceA: string;
  sourceB: string;
  at: string;
  decidedBy: string;
}

export interface AssetKeyTable {
  id: string;
  assetId: string;
}

export interface IdentityLogTable {
  id: string;
  at: string;
  assetId: string;
  sourceId: string;
  rule: string;
  evidence: Json<unknown>;
  event: string;
}

export interface FindingTable {
  id: string;
  integrationId: string;
  kind: string;
  externalId: string;
  title: string;
  severity: number;
  status: string;
  statusReason: string | null;
  riskScore: number;
  definitionId: string | null;
  assetId: string | null;
  assetExternalId: string | null;
  assetName: string | null;
  assetClass: string | null;
  assetType: string | null;
  cloud: string | null;
  accountId: string | null;
  accountName: string | null;
  region: string | null;
  cve: string | null;
  cvss: number | null;
  epss: number | null;
  isKev: boolean | null;
  hasExploit: boolean | null;
  hasFix: boolean | null;
  packageName: string | null;
  packageVersion: string | null;
  packageFixedVersion: string | null;
  rule: string | null;
  projects: string[];
  tags: string[];
  url: string | null;
  firstFoundAt: string | null;
  lastFoundAt: string | null;
  resolvedAt: string | null;
  dueAt: string | null;
  statusChangedAt: string | null;
  sourceUpdatedAt: string | null;
  changedAt: string;
  hash: string;
  version: number;
}

interface FindingRawTable {
  id: string;
  raw: Buffer;
}

interface AssetRawTable {
  id: string;
  raw: Buffer;
}

export interface RejectedRecordTable {
  id: string;
  integrationId: string;
  stream: string;
  externalId: string | null;
  reason: string;
  raw: Buffer;
  firstAt: string;
  lastAt: string;
}

export interface RenormalizationTable {
  integrationId: string;
  stream: string;
  weirVersion: string;
  startedAt: string;
  afterId: string | null;
  examined: Generated<number>;
  rewritten: Generated<number>;
  unreadable: Generated<number>;
  unkept: Generated<number>;
}

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

export interface CubeSignalTable {
  at: string;
  integrationId: string;
  stream: string;
  subjectKind: string;
  change: string;
  severity: number;
  n: number;
}

export interface SignalTable {
  id: string;
  at: string;
  integrationId: string;
  stream: string;
  change: string;
  subjectKind: string;
  subjectId: string;
  externalId: string;
  severity: number | null;
  title: string;
  assetName: string | null;
  fields: Json<unknown>;
}

interface IntegrationLogTable {
  id: Generated<number>;
  integrationId: string;
  at: string;
  level: string;
  text: string;
  stream: string | null;
  runId: string | null;
}

interface PaceSampleTable {
  accountKey: string;
  at: string;
  requestsPerSecond: number;
  usedPerSecond: number;
  waiting: number;
  inFlight: number;
  isPaused: boolean;
  limited: number;
  learnedLimit: number | null;
}

export interface Schema {
  setting: SettingTable;
  integration: IntegrationTable;
  lease: LeaseTable;
  worker: WorkerTable;
  missingRecord: MissingRecordTable;
  review: ReviewTable;
  streamState: StreamStateTable;
  run: RunTable;
  pass: PassTable;
  slice: SliceTable;
  definition: DefinitionTable;
  asset: AssetTable;
  assetSource: AssetSourceTable;
  assetKey: AssetKeyTable;
  identityLog: IdentityLogTable;
  identityKey: IdentityKeyTable;
  identityCommon: IdentityCommonTable;
  identityTodo: IdentityTodoTable;
  identitySeparation: IdentitySeparationTable;
  finding: FindingTable;
  findingRaw: FindingRawTable;
  assetRaw: AssetRawTable;
  rejectedRecord: RejectedRecordTable;
  renormalization: RenormalizationTable;
  cubeAsset: CubeAssetTable;
  cubeProject: CubeProjectTable;
  cubeCve: CubeCveTable;
  cubeDay: CubeDayTable;
  cubeAccount: CubeAccountTable;
  cubeExploit: CubeExploitTable;
  cubeSignal: CubeSignalTable;
  signal: SignalTable;
  integrationLog: IntegrationLogTable;
  paceSample: PaceSampleTable;
  auditEvent: AuditEventTable;
  appUser: AppUserTable;
  session: SessionTable;
  apiToken: ApiTokenTable;
  setupToken: SetupTokenTable;
  rateLimit: RateLimitTable;
  savedSearch: SavedSearchTable;
  exportProgress: ExportProgressTable;
  preference: PreferenceTable;
}
