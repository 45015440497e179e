import { randomBytes, timingSafeEqual } from "node:crypto";
import { defaultScopes, type EmulatorOptions, type ServiceAccountOptions, type UnfilteredForm } from "../options.ts";
import { keyOf, uuid } from "../tenant/hash.ts";
import { formatMicros, type Micros, second } from "../tenant/micros.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** A service account as it is now: scopes and secret can be changed while it is in use. */
export interface ServiceAccount {
  id: string;
  clientId: string;
  clientSecret: string;
  scopes: string[];
  /** Ids of the projects it is limited to; `null`: not limited. */
  projectScope: string[] | null;
  /** What a limited account gets that names no project: an error, or what its projects have. */
  unfiltered: UnfilteredForm;
  createdAt: Micros;
  rotatedAt: Micros;
}

export interface Accounts {
  list: ServiceAccount[];
  /** Opens another one. @throws RangeError when its client id is taken or a project unknown */
  add(account: ServiceAccountOptions): ServiceAccount;
  /** The account with this id; the first one when none is named. */
  find(clientId?: string): ServiceAccount | undefined;
  check(clientId: string, clientSecret: string): ServiceAccount | undefined;
  issueToken(account: ServiceAccount, now: Micros, lifeSeconds: number): string;
  /** Whose token this is; nobody's when it is unknown or has expired. */
  ofToken(token: string, now: Micros): ServiceAccount | undefined;
  /** A new secret; tokens that were issued stay good, as Wiz's do. */
  rotate(account: ServiceAccount, secret: string, now: Micros): void;
  /** The tokens that it was given are no longer good. */
  revoke(account: ServiceAccount): void;
  /** Limits it to projects (names or ids; none: it sees nothing), or no longer. @throws RangeError for an unknown one */
  limit(account: ServiceAccount, projects: readonly string[] | null, unfiltered: UnfilteredForm): void;
  /** As the API lists them. */
  nodes(): object[];
}

export function createAccounts(options: EmulatorOptions, tenant: Tenant): Accounts {
  const first: ServiceAccountOptions = {
    clientId: options.clientId ?? "emulator",
    clientSecret: options.clientSecret ?? "emulator-secret",
    scopes: options.scopes,
    projects: options.projects,
    unfiltered: options.unfiltered,
  };
  const list: ServiceAccount[] = [];
  const add = (account: ServiceAccountOptions): ServiceAccount => {
    if (list.some(({ clientId }) => clientId === account.clientId))
      throw new RangeError(`there is a service account "${account.clientId}" already`);
    const opened = open(account, list.length, tenant);
    list.push(opened);
    return opened;
  };
  for (const account of [first, ...(options.accounts ?? [])]) add(account);
  const tokens = new Map<string, { account: ServiceAccount; expiresAt: Micros }>();
  return {
    list,
    add,
    find: (clientId) => (clientId === undefined ? list[0] : list.find((account) => account.clientId === clientId)),
    check(clientId, clientSecret) {
      const account = list.find((one) => one.clientId === clientId);
      return account !== undefined && isEqual(account.clientSecret, clientSecret) ? account : undefined;
    },
    issueToken(account, now, lifeSeconds) {
      for (const [token, { expiresAt }] of tokens) if (expiresAt <= now) tokens.delete(token);
      const token = tokenText(account, now, lifeSeconds);
      tokens.set(token, { account, expiresAt: now + lifeSeconds * second });
      return token;
    },
    ofToken(token, now) {
      const held = tokens.get(token);
      return held !== undefined && held.expiresAt > now ? held.account : undefined;
    },
    rotate(account, secret, now) {
      account.clientSecret = secret;
      account.rotatedAt = now;
    },
    revoke(account) {
      for (const [token, held] of tokens) if (held.account === account) tokens.delete(token);
    },
    limit(account, projects, unfiltered) {
      account.projectScope = findProjects(tenant, projects);
      account.unfiltered = unfiltered;
    },
    nodes: () => list.map((account) => nodeOf(account, tenant)),
  };
}

function open(options: ServiceAccountOptions, i: number, tenant: Tenant): ServiceAccount {
  return {
    id: uuid(keyOf("service account", tenant.seed), i),
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    scopes: [...(options.scopes ?? defaultScopes)],
    projectScope: findProjects(tenant, options.projects ?? null),
    unfiltered: options.unfiltered ?? "refuse",
    createdAt: tenant.start,
    rotatedAt: tenant.start,
  };
}

function findProjects(tenant: Tenant, wanted: readonly string[] | null): string[] | null {
  if (wanted === null) return null;
  return wanted.map((one) => {
    const found = tenant.projects.find((project) => project.id === one || project.name === one);
    if (found === undefined) throw new RangeError(`the emulated tenant has no project "${one}"`);
    return found.id;
  });
}

function isEqual(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

/** Looks like the JWT that Wiz hands out: data centre in `dc`, scopes that cannot be read. */
function tokenText(account: ServiceAccount, now: Micros, lifeSeconds: number): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    dc: "us17",
    encodedScopes: "AAAA",
    sub: account.clientId,
    iat: Math.floor(now / second),
    exp: Math.floor(now / second) + lifeSeconds,
  };
  return `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}.${randomBytes(32).toString("base64url")}`;
}

/** The secret is a field of the API, never its value. */
function nodeOf(account: ServiceAccount, tenant: Tenant): object {
  return {
    id: account.id,
    name: account.clientId,
    clientId: account.clientId,
    clientSecret: "",
    email: `${account.clientId}@serviceaccount.example.com`,
    scopes: account.scopes,
    type: "THIRD_PARTY",
    authenticationSource: "MODERN",
    assignedProjects:
      account.projectScope === null ? null : tenant.projects.filter(({ id }) => account.projectScope?.includes(id)),
    createdAt: formatMicros(account.createdAt),
    lastRotatedAt: formatMicros(account.rotatedAt),
  };
}
