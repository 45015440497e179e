import type { EstateOptions } from "./estate/stories.ts";
import type { FaultSpec } from "./http/faults.ts";

/** A service account of the emulated tenant. */
export interface ServiceAccountOptions {
  clientId: string;
  clientSecret: string;
  /** Scopes such as `read:issues`; default: all that the emulator's queries need. */
  scopes?: readonly string[] | undefined;
  /** Names or ids of the projects it is limited to; default: not limited. */
  projects?: readonly string[] | undefined;
  /** What a limited account gets that names none of its projects: an error, or what they have. Default `refuse`. */
  unfiltered?: UnfilteredForm | undefined;
}

export type UnfilteredForm = "refuse" | "narrow";

export interface EmulatorOptions {
  /** Findings of all kinds together. Default 25,000. */
  findings?: number | undefined;
  /** The same seed makes the same tenant. Default 1. */
  seed?: number | undefined;
  /** The instant (ISO 8601) at which the tenant is as the seed made it. Default: now. */
  start?: string | undefined;
  /** `real`: the emulated clock runs as ours does. `frozen`: it stands until it is advanced. Default `real`. */
  clock?: "real" | "frozen" | undefined;
  /** The tenant changes by itself as the clock runs; else only while the clock is advanced. Default false. */
  live?: boolean | undefined;
  /** Events an hour while it lives. Default: findings ÷ 200. */
  changesPerHour?: number | undefined;
  /** Whether re-detections move `lastDetectedAt` alone. Default true. */
  redetections?: boolean | undefined;
  /** Whether issues change in ways that only a full pass can see. Default false. */
  silentEdits?: boolean | undefined;
  /** Whether findings and assets disappear without a trace, and now and then come back. Default false. */
  vanishing?: boolean | undefined;
  /** Machines that this tenant and another one see, each in its own way. Default: it stands alone. */
  estate?: EstateOptions | undefined;
  /** Default `emulator`. */
  clientId?: string | undefined;
  /** Default `emulator-secret`. */
  clientSecret?: string | undefined;
  scopes?: readonly string[] | undefined;
  projects?: readonly string[] | undefined;
  unfiltered?: UnfilteredForm | undefined;
  /** Service accounts beside the first. */
  accounts?: readonly ServiceAccountOptions[] | undefined;
  /** Cognito is today's provider (audience `wiz-api`), Auth0 the legacy one (`beyond-api`). Default `cognito`. */
  authStyle?: "cognito" | "auth0" | undefined;
  /** Default 86,400 (24 h); government tenants have been seen with 900. */
  tokenLifeSeconds?: number | undefined;
  /** GraphQL requests per second and service account, with bursts of a second's worth; default: no limit. */
  rps?: number | undefined;
  /** GraphQL requests per second of all service accounts together; default: no limit. */
  tenantRps?: number | undefined;
  /** Requests of one service account at the same time; default: no limit. */
  maxConcurrent?: number | undefined;
  /** How a limited request is told: 429 with `Retry-After`, 429 without, or inside a 200. Default `header`. */
  rateLimitForm?: RateLimitForm | undefined;
  /** Every GraphQL answer takes at least so long. Default 0. */
  latencyMs?: number | undefined;
  /** `totalCount` stops here and `maxCountReached` says so, where the API has that field. Default: never. */
  countCap?: number | undefined;
  /** Status of a refused query: Wiz has been seen with 400 and with the error inside a 200. Default 400. */
  validationStatus?: 400 | 200 | undefined;
  /** Whether `first` above the maximum is an error or is cut to size: nobody outside Wiz knows. Default `error`. */
  aboveMaximum?: "error" | "clamp" | undefined;
  /** Detections need a Defend licence. Default true. */
  hasDefendLicence?: boolean | undefined;
  faults?: readonly FaultSpec[] | undefined;
  /** Our own clock in milliseconds; a seam for tests. Default `Date.now`. */
  now?: (() => number) | undefined;
}

export type RateLimitForm = "header" | "bare" | "graphql";

export const defaultScopes: readonly string[] = [
  "read:issues",
  "read:vulnerabilities",
  "read:cloud_configuration",
  "read:detections",
  "read:resources",
  "read:projects",
  "read:cloud_accounts",
  "read:service_accounts",
];
