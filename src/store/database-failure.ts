import { AppError, DatabaseError } from "../errors.ts";

/** Where a connection goes, as far as it may be shown. */
export interface ConnectionTarget {
  /** `db.example.com:5432`, or what else tells a person which database is meant. Never holds a password. */
  name: string;
  user: string;
  database: string;
}

/** Why a connection was not made, as a sentence that says what to do. The password is in none of it. */
export function connectionFailure(error: unknown, target: ConnectionTarget): DatabaseError {
  const code = codeOf(error);
  const text = (error as Error).message ?? String(error);
  const say = (message: string) => new DatabaseError(message, { cause: error });
  if (code === "28P01" || code === "28000")
    return say(
      `PostgreSQL at ${target.name} refuses the user ${target.user}: check the user and the password in DATABASE_URL.`,
    );
  if (code === "3D000")
    return say(
      `PostgreSQL at ${target.name} has no database "${target.database}": create it (create database ${target.database}), or correct DATABASE_URL.`,
    );
  if (code === "42501")
    return say(
      `The user ${target.user} may not connect to the database "${target.database}" at ${target.name}: grant it connect.`,
    );
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return say(`The host of DATABASE_URL (${target.name}) is not known: check its name.`);
  if (code === "ECONNREFUSED" || code === "ENOENT")
    return say(
      `Nothing answers at ${target.name}: check host and port in DATABASE_URL, and that PostgreSQL runs there.`,
    );
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH" || /timeout/i.test(text))
    return say(
      `PostgreSQL at ${target.name} does not answer in time: check host and port in DATABASE_URL, and firewalls between here and there.`,
    );
  if (/self.signed|certificate|SSL|TLS/i.test(text) || code.startsWith("ERR_TLS") || code.endsWith("_CERT"))
    return say(
      `No secure connection to PostgreSQL at ${target.name} (${text}): check sslmode and sslrootcert in DATABASE_URL.`,
    );
  if (code === "ECONNRESET" || isCut(error))
    return say(`${target.name} closes the connection: check that it is PostgreSQL which listens there.`);
  return databaseFailure(error) ?? say(`Cannot connect to PostgreSQL at ${target.name} (${text}).`);
}

/** What PostgreSQL says at run time, where a person can do something about it; `undefined` for everything else. */
export function databaseFailure(error: unknown): DatabaseError | undefined {
  if (error instanceof AppError) return error instanceof DatabaseError ? error : undefined;
  const message = messages.get(isCut(error) ? "ECONNRESET" : codeOf(error));
  return message === undefined ? undefined : new DatabaseError(message, { cause: error });
}

const messages = new Map([
  ["53100", "The database's disk is full: free some space, and Weir goes on. Nothing that was stored is lost."],
  ["53200", "The database is out of memory: give its machine or container more."],
  ["53300", "The database has no connection left: raise its max_connections, or run fewer Weir processes."],
  ["57P01", "The database was shut down: start it again, and Weir goes on."],
  ["57P02", "The database crashed and is restarting: Weir goes on when it is back."],
  ["57P03", "The database is starting or stopping: try again in a moment."],
  ["25006", "The database is read-only (a replica, perhaps): DATABASE_URL must name the primary server."],
  ["42501", "The database user lacks a privilege: make it the owner of the database that DATABASE_URL names."],
  ["ECONNREFUSED", "The database does not answer: check that it runs."],
  ["ECONNRESET", "The connection to the database broke: Weir goes on when it is back."],
  ["XX001", "The database is damaged (a corrupted page): restore it from a backup."],
  ["XX002", "The database is damaged (a corrupted index): restore it from a backup, or run reindex."],
]);

function codeOf(error: unknown): string {
  return (error as { code?: string } | undefined)?.code ?? "";
}

/** pg has no code for a connection that ends under a query. */
function isCut(error: unknown): boolean {
  return error instanceof Error && /^Connection terminated/.test(error.message);
}
