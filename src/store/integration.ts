import { randomUUID } from "node:crypto";
import { type Kysely, type Selectable, sql } from "kysely";
import type { Connection } from "../connectors/connector.ts";
import { ConflictError, NotFoundError } from "../errors.ts";
import type { AssetClass, IdentificationRule, StreamName } from "../model.ts";
import type { IntegrationTable, Schema } from "./schema.ts";
import type { SecretBox } from "./secret.ts";

interface StreamSetting {
  enabled: boolean;
  /** Minutes between two delta passes. */
  intervalMinutes: number;
}

export type StreamSettings = Record<StreamName, StreamSetting>;

/** An integration as everyone may see it: without its secret. */
export interface Integration
  extends Omit<
    Selectable<IntegrationTable>,
    "secret" | "pendingSecret" | "streams" | "assetClasses" | "identificationRules"
  > {
  streams: StreamSettings;
  /** The rules that are on; `null`: those that are on by default. */
  identificationRules: IdentificationRule[] | null;
  /** What it is narrowed to; `null`: all. */
  assetClasses: AssetClass[] | null;
}

export interface NewIntegration {
  name: string;
  connector: string;
  description: string | null;
  connection: Connection;
  isEnabled: boolean;
  streams: StreamSettings;
  /** `null` or absent: all. */
  assetClasses?: AssetClass[] | null;
  /** `null` or absent: those that are on by default. */
  identificationRules?: IdentificationRule[] | null;
}

const publicColumns = [
  "id",
  "name",
  "connector",
  "description",
  "apiUrl",
  "tokenUrl",
  "audience",
  "clientId",
  "accountKey",
  "isEnabled",
  "streams",
  "assetClasses",
  "projects",
  "identificationRules",
  "createdAt",
  "updatedAt",
  "pendingClientId",
  "pendingSince",
  "pendingTriedAt",
  "pendingError",
] as const;

/** @throws ConflictError when the name is taken (upper and lower case are the same) */
export async function insertIntegration(
  db: Kysely<Schema>,
  box: SecretBox,
  entry: NewIntegration,
  now: number,
): Promise<Integration> {
  const id = randomUUID();
  const at = new Date(now).toISOString();
  const { clientSecret, ...connection } = entry.connection;
  const row = {
    id,
    name: entry.name,
    connector: entry.connector,
    description: entry.description,
    ...connection,
    projects: toProjects(connection.projects),
    secret: box.seal(clientSecret, id),
    isEnabled: entry.isEnabled,
    streams: JSON.stringify(entry.streams),
    assetClasses: entry.assetClasses ?? null,
    identificationRules: entry.identificationRules ?? null,
    createdAt: at,
    updatedAt: at,
  };
  await refuseDoubleName(entry.name, () => db.insertInto("integration").values(row).execute());
  return await findIntegration(db, entry.name);
}

/** A connection whose secret stays the one that is stored, unless there is one. */
export interface ChangedConnection extends Omit<Connection, "clientSecret"> {
  clientSecret?: string | undefined;
}

export interface IntegrationChanges {
  name?: string;
  description?: string | null;
  connection?: ChangedConnection;
  isEnabled?: boolean;
  streams?: StreamSettings;
  assetClasses?: AssetClass[] | null;
  identificationRules?: IdentificationRule[] | null;
}

/** A new secret takes the place of one that waits, too. @throws ConflictError when the new name is taken */
export async function updateIntegration(
  db: Kysely<Schema>,
  box: SecretBox,
  id: string,
  changes: IntegrationChanges,
  now: number,
): Promise<void> {
  const { connection, streams, ...plain } = changes;
  const values = {
    ...plain,
    updatedAt: new Date(now).toISOString(),
    ...(streams && { streams: JSON.stringify(streams) }),
  };
  const { clientSecret, projects, ...endpoint } = connection ?? {};
  const secret = clientSecret === undefined ? {} : { secret: box.seal(clientSecret, id), ...noPendingSecret };
  const narrowing = connection === undefined ? {} : { projects: toProjects(projects) };
  await refuseDoubleName(changes.name ?? "", () =>
    db
      .updateTable("integration")
      .set({ ...values, ...endpoint, ...narrowing, ...secret })
      .where("id", "=", id)
      .execute(),
  );
}

/** What an integration is without a secret that waits. */
export const noPendingSecret = {
  pendingSecret: null,
  pendingClientId: null,
  pendingSince: null,
  pendingTriedAt: null,
  pendingError: null,
} as const;

async function refuseDoubleName(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if ((error as { code?: string }).code !== "23505") throw error;
    throw new ConflictError(`An integration named "${name}" exists already: choose another name.`, { field: "name" });
  }
}

export async function listIntegrations(db: Kysely<Schema>): Promise<Integration[]> {
  const rows = await db.selectFrom("integration").select(publicColumns).orderBy(sql`lower(name)`).execute();
  return rows.map(toIntegration);
}

/** By name (upper and lower case are the same) or id. @throws NotFoundError that lists the names there are */
export async function findIntegration(db: Kysely<Schema>, nameOrId: string): Promise<Integration> {
  const row = await db
    .selectFrom("integration")
    .select(publicColumns)
    .where((eb) =>
      eb.or([eb(sql`lower(name)`, "=", nameOrId.toLowerCase()), eb(sql`id::text`, "=", nameOrId.toLowerCase())]),
    )
    .executeTakeFirst();
  if (row !== undefined) return toIntegration(row);
  const names = (await listIntegrations(db)).map((integration) => integration.name);
  const known =
    names.length === 0 ? "There is none yet: add one with `weir integration add`." : `There are: ${names.join(", ")}.`;
  throw new NotFoundError(`There is no integration named "${nameOrId}". ${known}`);
}

/** @throws ConfigError when the key is not the one that sealed the secret */
export async function readConnection(db: Kysely<Schema>, box: SecretBox, id: string): Promise<Connection> {
  const row = await db.selectFrom("integration").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const { apiUrl, tokenUrl, audience, clientId, accountKey } = row;
  const projects = row.projects ?? undefined;
  return { apiUrl, tokenUrl, audience, clientId, accountKey, projects, clientSecret: box.open(row.secret, id) };
}

/** What it is narrowed to by now; it does not change until the transaction ends. As it was, if it is being removed. */
export async function readNarrowing(
  trx: Kysely<Schema>,
  integration: Pick<Integration, "id" | "projects" | "assetClasses">,
): Promise<Pick<Integration, "projects" | "assetClasses">> {
  const row = await trx
    .selectFrom("integration")
    .select(["projects", "assetClasses"])
    .where("id", "=", integration.id)
    .forShare()
    .executeTakeFirst();
  return row === undefined ? integration : { ...row, assetClasses: row.assetClasses as AssetClass[] | null };
}

function toProjects(projects: Connection["projects"]): string[] | null {
  return projects === undefined || projects.length === 0 ? null : [...projects];
}

/** Keeps an integration as it is until the transaction ends. @throws NotFoundError when it was removed */
export async function lockIntegration(trx: Kysely<Schema>, id: string): Promise<Integration> {
  await trx.selectFrom("integration").select("id").where("id", "=", id).forUpdate().execute();
  return await findIntegration(trx, id);
}

/**
 * Keeps an integration as it was read until the transaction ends.
 * @throws ConflictError when it was changed meanwhile, NotFoundError when it was removed
 */
export async function holdIntegration(trx: Kysely<Schema>, { id, updatedAt }: Integration): Promise<void> {
  const present = await lockIntegration(trx, id);
  if (present.updatedAt !== updatedAt)
    throw new ConflictError(
      `The integration "${present.name}" was changed by someone else meanwhile: look at it, and try again.`,
    );
}

function toIntegration(row: Omit<Selectable<IntegrationTable>, "secret" | "pendingSecret">): Integration {
  const { streams, assetClasses } = row;
  return {
    ...row,
    streams: streams as StreamSettings,
    assetClasses: assetClasses as AssetClass[] | null,
    identificationRules: row.identificationRules as IdentificationRule[] | null,
  };
}
