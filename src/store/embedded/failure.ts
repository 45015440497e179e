import { closeSync, fstatSync, openSync, readSync, statfsSync } from "node:fs";
import { DatabaseError } from "../../errors.ts";

const tailBytes = 4000;

/** A failed file operation as a sentence that says what to do. */
export function fileFailure(error: unknown, path: string): DatabaseError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT") return fullDisk(path, error);
  const why =
    code === "EACCES" || code === "EPERM"
      ? "this user may not write there"
      : code === "EROFS"
        ? "it is on a read-only file system"
        : code === "ENOTDIR" || code === "EEXIST"
          ? "something on the path is a file"
          : (code ?? "unknown error");
  return new DatabaseError(
    `Cannot use ${path} for the database (${why}): correct that, or choose another directory with WEIR_DATA_DIR.`,
    { cause: error },
  );
}

export function fullDisk(path: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    `The disk that holds ${path} is full: free some space (a first start needs about 150 MB) and start again. Nothing that was stored is lost.`,
    { cause },
  );
}

/** What a server that did not start left in its log, as a sentence that says what to do. */
export function startFailure(logText: string, where: { data: string; log: string }): DatabaseError {
  const tail = lastLines(logText);
  if (/No space left on device|Disk quota exceeded/i.test(logText) || hasNoRoom(where.data))
    return fullDisk(where.data);
  if (/database files are incompatible with server/i.test(logText))
    return new DatabaseError(
      `The database in ${where.data} was made by another version of PostgreSQL: start the Weir that made it, or choose another directory with WEIR_DATA_DIR. PostgreSQL says:\n${tail}`,
    );
  if (
    /PANIC|invalid (primary )?checkpoint|could not (open|read|locate).*(pg_wal|pg_control|global\/|PG_VERSION|checkpoint)|is not a valid data directory|invalid page|checksum/i.test(
      logText,
    )
  )
    return new DatabaseError(
      `The database in ${where.data} is damaged: restore it from a backup, or move it away and let Weir fetch everything again. PostgreSQL says:\n${tail}`,
    );
  if (/could not (map|create|resize) .*shared memory|Cannot allocate memory/i.test(logText))
    return new DatabaseError(
      `PostgreSQL did not get the memory that it asked for: free some, or raise the container's limit. PostgreSQL says:\n${tail}`,
    );
  return new DatabaseError(`PostgreSQL did not start; its log is ${where.log}. It says:\n${tail}`);
}

/** The log may be on the full disk too, and then it says nothing. */
function hasNoRoom(dir: string): boolean {
  const disk = statfsSync(dir);
  return disk.bavail * disk.bsize < 1024 ** 2;
}

/** The end of a log from `offset` on; empty when there is no log. */
export function readLogFrom(file: string, offset: number): string {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw fileFailure(error, file);
  }
  try {
    const size = fstatSync(fd).size;
    const start = Math.max(Math.min(offset, size), size - tailBytes);
    const buffer = Buffer.alloc(size - start);
    readSync(fd, buffer, 0, buffer.length, start);
    return buffer.toString("utf8");
  } finally {
    closeSync(fd);
  }
}

export function lastLines(text: string, count = 6): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
