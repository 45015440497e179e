import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { type App, openApp } from "../src/app.ts";
import { loadConfig } from "../src/config.ts";
import { createLogger } from "../src/log.ts";
import { fillStore } from "./search-store.ts";

export interface FilledStore {
  dataDir: string;
  log: App["log"];
  app: App;
  /** Closes it; takes it away as well, unless it is kept for another run of its size. */
  close(isKept: boolean): Promise<void>;
}

/** A store with so many findings: one that was kept, else one that SQL fills now. */
export async function openFilledStore(findings: number, say: (text: string) => void): Promise<FilledStore> {
  const dataDir = join(tmpdir(), `weir-bench-search-${findings}`);
  const isThere = existsSync(join(dataDir, "secret.key"));
  const log = createLogger({ format: "text", level: "warn", stream: process.stderr });
  const app = await openApp(loadConfig({ WEIR_DATA_DIR: dataDir }, process.cwd()), log);
  const close = async (isKept: boolean) => {
    await app.close();
    if (!isKept) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    if (!isThere || !(await isFilled(app, findings))) await fillStore(app, findings, say);
  } catch (error) {
    await close(true);
    throw error;
  }
  return { dataDir, log, app, close };
}

async function isFilled({ db }: App, findings: number): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`select coalesce(sum(n), 0)::bigint as n from cube_asset`.execute(db);
  return (rows[0]?.n ?? 0) >= findings;
}
