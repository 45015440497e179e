import { readFileSync, statSync } from "node:fs";
import { DatabaseError } from "../../errors.ts";

/** Whom the database server runs as. PostgreSQL refuses to run as root. */
export interface OsUser {
  uid: number;
  gid: number;
  name: string;
}

const nobody = 65534;

/**
 * The unprivileged user for the server when Weir runs as root, `undefined` (ourselves) when it does not. A cluster that
 * exists (or, before it is made, its folder) keeps its owner, because PostgreSQL accepts only files of its own user.
 * @throws DatabaseError when the cluster belongs to a user that we cannot become
 */
export function serverUser(clusterData: string, home: string): OsUser | undefined {
  const me = process.geteuid?.() ?? -1;
  const owner = statSync(clusterData, { throwIfNoEntry: false }) ?? statSync(home, { throwIfNoEntry: false });
  if (me !== 0) {
    if (owner !== undefined && owner.uid !== me)
      throw new DatabaseError(
        `The database in ${home} belongs to the user ${userName(owner.uid)}: run Weir as that user, or choose another directory with WEIR_DATA_DIR.`,
      );
    return undefined;
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: userName(owner.uid) };
  return findUser("postgres") ?? findUser("nobody") ?? { uid: nobody, gid: nobody, name: "nobody" };
}

/** initdb asks the system for the name of its user and gives up without one (OpenShift picks such user ids). */
export function hasPasswdEntry(uid: number): boolean {
  return passwd().some((entry) => entry.uid === uid);
}

function findUser(name: string): OsUser | undefined {
  return passwd().find((entry) => entry.name === name && entry.uid !== 0);
}

function userName(uid: number): string {
  return passwd().find((entry) => entry.uid === uid)?.name ?? `with id ${uid}`;
}

function passwd(): OsUser[] {
  let text: string;
  try {
    text = readFileSync("/etc/passwd", "utf8");
  } catch (error) {
    // An image without users at all is legal; the caller then uses the number that is nobody everywhere.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new DatabaseError("Cannot read /etc/passwd to choose the database server's user.", { cause: error });
  }
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4)
    .map((fields) => ({ name: fields[0] ?? "", uid: Number(fields[2]), gid: Number(fields[3]) }));
}
