import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Config } from "../config.ts";
import { AppError, ConfigError, errorText } from "../errors.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import type { Database } from "../store/database.ts";
import { listIntegrations } from "../store/integration.ts";
import { compareCubes, readSignalPartitions, rebuildCubes } from "../store/inventory-check.ts";
import { migrate, pendingMigrations } from "../store/migrate.ts";
import { removeIntegration, unfinishedRemovals } from "../store/remove-integration.ts";
import type { Schema } from "../store/schema.ts";
import { checkSecretKey, createSecretBox, loadSecretKey } from "../store/secret.ts";
import { readStatus } from "../sync/status.ts";
import { cliActor } from "./actor.ts";
import { shellWord } from "./integration-form.ts";

/** What one look found. */
export interface Diagnosis {
  name: string;
  ok: boolean;
  message: string;
  /** What to do about it; `null` when there is nothing to do. */
  hint: string | null;
}

const good = (name: string, message: string): Diagnosis => ({ name, ok: true, message, hint: null });
const bad = (name: string, message: string, hint: string | null): Diagnosis => ({ name, ok: false, message, hint });

const oldestNode = 24;

export function checkNode(version: string): Diagnosis {
  if (Number(version.split(".")[0]) >= oldestNode) return good("node", `version ${version}`);
  return bad(
    "node",
    `version ${version}`,
    `Weir needs Node ${oldestNode} or later: run it with \`npm run weir\`, which brings one.`,
  );
}

const smallestFreeBytes = 1024 ** 3;

/** The data directory, or the folder in which it would be made. */
export function checkDataDirectory({ dataDir }: Pick<Config, "dataDir">): Diagnosis[] {
  const folder = nearestFolder(dataDir);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return [
      bad("data directory", `${folder} is not writable (${code})`, "Give this user the right, or set WEIR_DATA_DIR."),
    ];
  }
  if (!statSync(folder).isDirectory())
    return [bad("data directory", `${folder} is not a folder`, "Move it away, or set WEIR_DATA_DIR.")];
  const disk = statfsSync(folder);
  const free = disk.bavail * disk.bsize;
  const size = `${(free / 1024 ** 3).toFixed(1)} GB free`;
  return [
    good("data directory", folder === dataDir ? `${dataDir} is writable` : `${dataDir} will be made`),
    free >= smallestFreeBytes
      ? good("disk", size)
      : bad("disk", `only ${size}`, "Make room: a full disk stops the database. A million findings take about 3.5 GB."),
  ];
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** The key file; whether it is the right one is for `checkKey` to say. */
export function checkKeyFile(config: Pick<Config, "secretKey" | "dataDir">): Diagnosis {
  const file = join(config.dataDir, "secret.key");
  if (config.secretKey === undefined && !existsSync(file)) return good("key file", "none yet; it is made on first use");
  try {
    loadSecretKey(config);
  } catch (error) {
    if (error instanceof ConfigError) return bad("key file", error.message, null);
    throw error;
  }
  if (config.secretKey !== undefined) return good("key file", "not used: WEIR_SECRET_KEY is set");
  const isOpen = (statSync(file).mode & 0o077) !== 0;
  return isOpen
    ? bad("key file", `${file} can be read by other users`, `chmod 600 ${shellWord(file)}`)
    : good("key file", `${file} is readable for this user alone`);
}

export interface DoctorDeps {
  config: Config;
  database: Database;
  now: () => number;
  isFixing: boolean;
}

/** Everything that needs the database, in an order in which each check may rely on the ones before. */
export async function* checkDatabase(deps: DoctorDeps): AsyncGenerator<Diagnosis> {
  const { database } = deps;
  const version = `${Math.floor(database.serverVersion / 10_000)}.${database.serverVersion % 10_000}`;
  yield good("database", `${database.description}, version ${version}`);
  const { diagnosis, isReady } = await checkMigrations(deps);
  yield diagnosis;
  if (!isReady) return;
  yield await checkTrigrams(database.db);
  yield await checkKey(deps);
  yield await checkCubes(deps);
  yield await checkPartitions(database.db);
  yield* checkRemovals(deps);
  yield* checkIntegrations(deps);
}

async function checkMigrations({
  database,
  isFixing,
}: DoctorDeps): Promise<{ diagnosis: Diagnosis; isReady: boolean }> {
  try {
    const pending = await pendingMigrations(database);
    if (pending.length === 0) return { diagnosis: good("tables", "up to date"), isReady: true };
    if (isFixing) {
      const { applied } = await migrate(database);
      return { diagnosis: good("tables", `brought up to date: ${applied.join(", ")}`), isReady: true };
    }
    const { rows } = await sql<{ exists: boolean }>`select to_regclass('migration') is not null as exists`.execute(
      database.db,
    );
    if (rows[0]?.exists !== true)
      return { diagnosis: good("tables", "none yet; the first command that needs them makes them"), isReady: false };
    const hint = "`weir migrate` brings them up to date; so does every other command, or --fix here.";
    return { diagnosis: bad("tables", `behind by ${pending.join(", ")}`, hint), isReady: false };
  } catch (error) {
    if (error instanceof AppError) return { diagnosis: bad("tables", errorText(error), null), isReady: false };
    throw error;
  }
}

async function checkTrigrams(db: Kysely<Schema>): Promise<Diagnosis> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from pg_extension where extname = 'pg_trgm') as found`.execute(db);
  if (rows[0]?.found === true) return good("pg_trgm", "installed");
  return bad("pg_trgm", "not installed in this database", "Run in it: create extension pg_trgm");
}

async function checkKey({ config, database }: DoctorDeps): Promise<Diagnosis> {
  const known = await database.db.selectFrom("setting").select("key").where("key", "=", "secret-key-check").execute();
  if (known.length === 0) return good("secret key", "not used yet");
  const hasKey = config.secretKey !== undefined || existsSync(join(config.dataDir, "secret.key"));
  if (!hasKey)
    return bad(
      "secret key",
      `this database was set up with a key, and ${join(config.dataDir, "secret.key")} is not there`,
      "Put the key file back or set WEIR_SECRET_KEY. If it is lost, stored client secrets cannot be read again.",
    );
  try {
    await checkSecretKey(database.db, createSecretBox(loadSecretKey(config)));
    return good("secret key", "opens what is stored");
  } catch (error) {
    if (error instanceof ConfigError) return bad("secret key", error.message, null);
    throw error;
  }
}

async function checkCubes({ database: { db }, isFixing }: DoctorDeps): Promise<Diagnosis> {
  const wrong = (await compareCubes(db)).filter(({ wrongCells }) => wrongCells > 0);
  if (wrong.length === 0) return good("counts", "the count tables equal what they count");
  const found = wrong.map(({ cube, wrongCells }) => `${wrongCells} wrong in ${cube}`).join(", ");
  if (!isFixing)
    return bad("counts", found, "`weir doctor --fix` counts them anew; please report how it came to this.");
  await rebuildCubes(db);
  const left = (await compareCubes(db)).filter(({ wrongCells }) => wrongCells > 0);
  return left.length === 0
    ? good("counts", `counted anew (${found})`)
    : bad("counts", "still wrong after they were counted anew", "Please report it.");
}

async function checkPartitions(db: Kysely<Schema>): Promise<Diagnosis> {
  const { days, oldest, strays, canCreate } = await readSignalPartitions(db);
  if (strays.length > 0)
    return bad(
      "signals",
      `${strays.join(", ")} ${strays.length === 1 ? "is a table" : "are tables"} beside the change log, not part of it`,
      "Signals of these days cannot be stored. Rename or drop the tables; Weir makes the parts that it needs.",
    );
  if (!canCreate)
    return bad(
      "signals",
      "this database user may not make the part of the change log for the next day",
      "Use the user who owns the tables, and grant it CREATE on their schema.",
    );
  return good("signals", days === 0 ? "none yet" : `${days} ${days === 1 ? "day" : "days"}, the oldest ${oldest}`);
}

async function* checkRemovals({ database: { db }, now, isFixing }: DoctorDeps): AsyncGenerator<Diagnosis> {
  for (const { id, name } of await unfinishedRemovals(db)) {
    if (isFixing) {
      await removeIntegration({ db, now, score: assetScoreConstants, by: cliActor() }, id);
      yield good("removal", `"${name}" is removed to the end now`);
    } else {
      const hint = `\`weir integration remove ${shellWord(name)}\` goes on with it; so does --fix here.`;
      yield bad("removal", `the removal of "${name}" was interrupted, some of its data is left`, hint);
    }
  }
}

async function* checkIntegrations({ database: { db }, now }: DoctorDeps): AsyncGenerator<Diagnosis> {
  const integrations = await listIntegrations(db);
  if (integrations.length === 0) yield good("integrations", "none yet");
  for (const integration of integrations) {
    const { tile } = await readStatus(db, integration, now());
    const name = `integration "${integration.name}"`;
    const message = `${tile.colour}: ${tile.reason}`;
    const word = shellWord(integration.name);
    if (tile.colour === "green" || tile.colour === "grey") yield good(name, message);
    else yield bad(name, message, `\`weir status ${word}\` says more, \`weir check ${word}\` tries it.`);
  }
}
