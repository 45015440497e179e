import type { Logger } from "../log.ts";
import type { AssetClass, IsoTime, Lane, NormalizedRecord, RejectedRecord, StreamName } from "../model.ts";
import type { CatalogueEntry, StreamInfo } from "./catalogue.ts";

/** A kind of source. It knows one vendor, checks the form, and opens connections that yield our records. */
export interface Connector {
  readonly catalogue: CatalogueEntry;
  readonly streams: Readonly<Record<StreamName, StreamInfo>>;
  /** Reads what a person typed. Throws `ConfigError` with the field's name. Does not touch the network. */
  parseConnection(form: ConnectionForm, rules: HostRules): Connection;
  /** The addresses alone, as `parseConnection` takes them. @throws AddressError */
  readEndpoint(form: AddressForm, rules: HostRules): Endpoint;
  /** One line per step, in order; stops after the first step that makes the next ones pointless. Stores nothing. */
  check(connection: Connection, streams: readonly StreamName[], deps: SourceDeps): AsyncGenerator<CheckStep>;
  /** What every source of one service account shares: open it once per account and give it to each `open`. */
  openAccount(deps: SourceDeps): Account;
  /** Without an account in `deps` the source has one of its own. */
  open(connection: ScopedConnection, deps: SourceDeps): Source;
  /**
   * A record as its source sent it, in our words: the same mapping that a source's pages go through. `null`: nothing
   * that an inventory keeps. @throws RecordError when it cannot be read
   */
  normalize(stream: StreamName, raw: unknown): NormalizedRecord | null;
}

/**
 * The governor and the tokens of one service account. Several integrations may use it, for a moment even with
 * different secrets: the rate is the account's, a token belongs to its secret. Only its connector looks inside.
 */
export interface Account {
  state(): AccountState;
}

/** What a person types or pastes of where a tenant is. */
export interface AddressForm {
  apiEndpoint: string;
  /** Absent or empty: it follows from the endpoint. */
  tokenUrl?: string | undefined;
}

/** What an address was understood as, to be shown while it is typed. */
export interface Endpoint {
  /** What will be called, as an integration has it. */
  apiEndpoint: string;
  tokenUrl: string;
  /** `null` where the host is not the vendor's own. */
  dataCentre: string | null;
  environment: string | null;
  /** What to look at before it is taken as it is; `null` when there is nothing. */
  note: string | null;
}

export interface ConnectionForm extends AddressForm {
  clientId: string;
  clientSecret: string;
  /** Ids of the vendor's projects to read; all that the service account sees when absent. */
  projects?: readonly string[] | undefined;
}

/** Hosts allowed beside the vendor's own, with port where one is needed: `127.0.0.1:4400`. Plain http only there. */
export interface HostRules {
  allowedHosts: readonly string[];
}

/** A form that was understood: whole URLs, nothing to guess. */
export interface Connection {
  /** GraphQL endpoint, for example `https://api.us17.app.wiz.io/graphql`. */
  apiUrl: string;
  /** OAuth2 token endpoint. */
  tokenUrl: string;
  /** OAuth2 audience, which follows the token host. */
  audience: string;
  clientId: string;
  clientSecret: string;
  /** The same for every integration that uses the same service account; never holds the secret. */
  accountKey: string;
  /** Ids of the vendor's projects that every stream is narrowed to; absent or empty: all. */
  projects?: readonly string[] | undefined;
}

export interface ScopedConnection extends Connection {
  /**
   * Classes of assets that are wanted, and findings on them; `null` or absent: all. The source saves itself what the
   * vendor can leave out, and may still answer with others; whoever stores the records leaves those out.
   */
  assetClasses?: readonly AssetClass[] | null;
}

export interface SourceDeps extends HostRules {
  fetch: typeof fetch;
  now: () => number;
  log: Logger;
  /** Waits; rejects with the signal's reason when it is aborted. Stands in for the clock in tests. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Issued by Wiz to certified integrations; goes before the product in the user agent. */
  integrationGuid?: string | undefined;
  limits?: SourceLimits | undefined;
  /** From the same connector's `openAccount`; `limits` and `sleep` are then the account's. */
  account?: Account | undefined;
  /** The client secret as it is stored by now, asked for when the one in hand is refused: it may have been rotated. */
  latestSecret?: (() => Promise<string>) | undefined;
}

export interface SourceLimits {
  /** The governor never asks more often than this, whatever the vendor accepts. */
  maxRequestsPerSecond?: number;
  /** Where the governor begins; it learns from there. */
  startRequestsPerSecond?: number;
  maxConcurrent?: number;
}

export interface CheckStep {
  /** `endpoint`, `network`, `token`, `permissions`, or a stream's name. */
  name: string;
  ok: boolean;
  message: string;
  /** What to do about it; `null` when there is nothing to do. */
  hint: string | null;
}

/** What a slice asks for. Stored with the slice as JSON, so that a resumed pass asks the same question. */
export interface SliceSpec {
  stream: StreamName;
  lane: Lane;
  /** The vendor's clock that the window is on: `updatedAt`, `statusChangedAt`, `createdAt`, `firstSeenAt`, … */
  clock: string;
  /** Which of the stream's questions on this clock; absent where there is one. */
  part?: string;
  after: IsoTime | null;
  before: IsoTime | null;
  /** Asked beside the stream's own records, so the vendor's count of the stream does not hold them. */
  isExtra?: boolean;
}

export interface Count {
  value: number;
  /** The vendor stopped counting: there are at least this many. */
  isCapped: boolean;
}

export interface SourcePage {
  records: NormalizedRecord[];
  rejected: RejectedRecord[];
  /** `null` on the last page. */
  nextCursor: string | null;
  /** What the vendor counts for the whole slice; asked on its first page only. */
  count: Count | null;
  /** It came with holes: values are missing that the vendor has. */
  isPartial?: boolean;
  /** Asked without fields that the vendor refused: what is absent there says nothing. */
  isReduced?: boolean;
  /** Asked with a narrower or other filter, since the vendor refused a part of it: not every record was asked for. */
  isNarrowed?: boolean;
}

/** One open connection to a tenant, shared by all streams of one service account. */
export interface Source {
  /** The vendor's clock (the HTTP `Date` header), in milliseconds; asks the vendor if it has not answered yet. */
  clock(signal: AbortSignal): Promise<number>;
  /**
   * The questions that make up a pass; disjoint or overlapping harmlessly, complete together. With `now`, the vendor's
   * clock, a full pass also asks for what was deleted lately.
   */
  plan(
    stream: StreamName,
    lane: Lane,
    window: { after: IsoTime | null; before: IsoTime | null },
    now?: IsoTime,
  ): SliceSpec[];
  /**
   * One page. Retries what can be retried by itself and waits for the rate limit.
   * @throws WizAuthError, WizPermissionError, WizUnavailableError, WizRateLimitError, WizResponseError, WizCursorError
   */
  page(spec: SliceSpec, cursor: string | null, signal: AbortSignal): Promise<SourcePage>;
  /** How many records a question has, without fetching them. Fails as `page` does. */
  count(spec: SliceSpec, signal: AbortSignal): Promise<Count>;
  /** Whether the stream's full pass may be cut by its clock: every record must have that time. */
  isCuttable(stream: StreamName): boolean;
  /**
   * What the service account may see. Asked at most once an hour, or when what is known is older than `maxAgeMs`. Never
   * fails because of the vendor: what may not be read is unknown. Rejects only with the signal's reason.
   */
  visibility(signal: AbortSignal, maxAgeMs?: number): Promise<Visibility>;
  /** What the governor is doing, for `weir status` and metrics. */
  state(): SourceState;
}

/** What a service account may see, as far as it may know that itself. */
export interface Visibility {
  /** Whether the vendor said which projects it sees. Else `projects` is null and means nothing. */
  isKnown: boolean;
  /** The only projects that it sees. `null` where `isKnown`: all of them. */
  projects: readonly ProjectRef[] | null;
  /** `null` where the vendor did not say. */
  scopes: readonly string[] | null;
}

export interface ProjectRef {
  id: string;
  name: string;
}

/** What the governor of a service account is doing. Numbers count from when the account was opened. */
export interface AccountState {
  /** The budget as of now. */
  requestsPerSecond: number;
  /** What the vendor was found to accept; `null` while it never objected. */
  learnedLimit: number | null;
  /** The budget never grows past it. */
  ceiling: number;
  /** What was really asked in the last ten seconds. */
  usedPerSecond: number;
  inFlight: number;
  maxConcurrent: number;
  /** Requests that wait for their turn. */
  waiting: number;
  /** Requests sent, those included that were refused. */
  requests: number;
  /** Requests refused for their rate. */
  rateLimited: number;
  /** Milliseconds that requests waited for their turn, all together. */
  waitedMs: number;
  /** Our clock in milliseconds until when the vendor asked to wait; `null` when it does not. */
  pausedUntil: number | null;
}

export interface SourceState extends AccountState {
  pageSizes: Partial<Record<StreamName, number>>;
  /** Trouble that does not stop a stream, in words a person can act on; nothing where all is well. */
  warnings: Partial<Record<StreamName, string[]>>;
}
