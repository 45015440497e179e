import { readFileSync } from "node:fs";
import { compareCubes } from "../../src/store/inventory-check.ts";
import { deletedRecords } from "./deleted.ts";
import type { World } from "./world.ts";

const patienceMs = 10_000;

/** What must hold at any time, whatever is broken just now. What does not is written down as a failure. */
export async function lookAround(world: World): Promise<string> {
  const trouble = [...(await cubeTrouble(world)), ...(await webTrouble(world)), ...(await falselyGone(world))];
  world.failures.push(...trouble);
  const { rows } = await world.app.database.pool.query(
    `select (select count(*) from finding)::int as findings, (select count(*) from signal)::int as signals,
       (select count(*) from run where finished_at is null)::int as runs`,
  );
  const { findings, signals, runs } = rows[0] as Record<string, number>;
  return trouble.length > 0
    ? `LOOK: ${trouble.join("; ")}`
    : `look: ${findings} findings, ${signals} signals, ${runs} runs going on or waiting`;
}

/** Cubes are moved in the transaction that stores a page, so at every instant they are the counts. */
export async function cubeTrouble({ app }: World): Promise<string[]> {
  const differences = await compareCubes(app.db);
  return differences
    .filter(({ wrongCells }) => wrongCells > 0)
    .map(({ cube, wrongCells }) => `${cube} has ${wrongCells} cells that are not the plain count`);
}

/** Only what vanished at some time, or was deleted without Weir hearing of it, may ever become gone. */
export async function falselyGone({ app, integrations }: World): Promise<string[]> {
  const trouble: string[] = [];
  for (const { integration, tenant } of integrations) {
    const { rows } = await app.database.pool.query<{ record: string }>(
      `select kind || ' ' || external_id as record from finding where integration_id = $1 and status = 'gone'
       union all select 'asset ' || external_id from asset_source where integration_id = $1 and gone_at is not null`,
      [integration.id],
    );
    const suspects = rows.filter(({ record }) => !tenant.everVanished().has(record));
    if (suspects.length === 0) continue;
    const deleted = deletedRecords(await tenant.truth());
    trouble.push(
      ...suspects
        .filter(({ record }) => !deleted.has(record))
        .map(({ record }) => `${integration.name}: ${record} is gone, and never vanished`),
    );
  }
  return trouble;
}

async function webTrouble({ web }: World): Promise<string[]> {
  const url = /http:\/\/\S+/.exec(readFileSync(web.logFile, "utf8").replaceAll('"', " "))?.[0];
  const trouble: string[] = [];
  for (const path of ["/healthz", "/readyz", "/metrics"]) {
    try {
      const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(patienceMs) });
      const text = await answer.text();
      if (!answer.ok || text === "") trouble.push(`the web process answers ${path} with ${answer.status}: ${text}`);
    } catch (error) {
      trouble.push(`the web process does not answer ${path}: ${String(error)}`);
    }
  }
  return trouble;
}
