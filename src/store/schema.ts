import type { ColumnType, Generated } from "kysely";
import type { Identifiers } from "../model.ts";
import type { Json } from "./json-column.ts";
import type {
  CubeAccountTable,
  CubeAssetTable,
  CubeCveTable,
  CubeDayTable,
  CubeExploitTable,
  CubeFixTable,
  CubeProjectTable,
  CubeSignalTable,
} from "./schema-cubes.ts";
import type {
  FeedDueAssetTable,
  FeedDueTable,
  FeedEpssTable,
  FeedImportTable,
  FeedKevTable,
  FeedWorkTable,
} from "./schema-feeds.ts";
import type {
  AssetKeyTable,
  IdentityCommonTable,
  IdentityKeyTable,
  IdentityLogTable,
  IdentitySeparationTable,
  IdentityTodoTable,
} from "./schema-identity.ts";
import type { DueDatePolicyTable, RiskAcceptanceTable } from "./schema-life-cycle.ts";
import type {
  IntegrationLogTable,
  LeaseTable,
  MissingRecordTable,
  PaceSampleTable,
  PassTable,
  RejectedRecordTable,
  RenormalizationTable,
  ReviewTable,
  RunTable,
  SliceTable,
  StreamStateTable,
  WorkerTable,
} from "./schema-sync.ts";
import type { AssetTagDueTable, AssetTagTable, TagBulkTable, TagTable } from "./schema-tags.ts";
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
  ownTags: Generated<string[]>;
  sourceTags: string[] | null;
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
  /** Whose `epss` counts: `first` where the loaded feed knows the CVE, else `wiz`. */
  epssSource: Generated<string>;
  /** What Wiz says where the feed's word counts; else it is `epss`. */
  wizEpss: Generated<number | null>;
  epssDisputed: Generated<boolean>;
  /** Who says that it is in KEV: `wiz`, `cisa` or `both`; nobody where it is not. */
  kevSource: Generated<string | null>;
  /** What Wiz says where only CISA lists it; else it is `isKev`. */
  wizKev: Generated<boolean | null>;
  kevDisputed: Generated<boolean>;
  sourceStatus: string | null;
  acceptanceId: string | null;
  acceptedAt: string | null;
  reopenedCount: Generated<number>;
  reopenedAt: string | null;
  isDueByPolicy: Generated<boolean>;
}

interface FindingRawTable {
  id: string;
  raw: Buffer;
}

interface AssetRawTable {
  id: string;
  raw: Buffer;
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
  tag: TagTable;
  assetTag: AssetTagTable;
  assetTagDue: AssetTagDueTable;
  tagBulk: TagBulkTable;
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
  cubeFix: CubeFixTable;
  cubeSignal: CubeSignalTable;
  signal: SignalTable;
  riskAcceptance: RiskAcceptanceTable;
  dueDatePolicy: DueDatePolicyTable;
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
  feedImport: FeedImportTable;
  feedEpss: FeedEpssTable;
  feedKev: FeedKevTable;
  feedDue: FeedDueTable;
  feedDueAsset: FeedDueAssetTable;
  feedWork: FeedWorkTable;
}
