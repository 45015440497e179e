import type { Kysely } from "kysely";
import { placeAssets, writePlaced } from "../identity/match.ts";
import { rewriteDefinitions } from "../store/definition.ts";
import { daysOf, readDueDatePolicy } from "../store/due-date-policy.ts";
import { readFeedWords, shareFeeds } from "../store/feed.ts";
import type { FindingRow } from "../store/finding.ts";
import { recordId } from "../store/id.ts";
import { isReducedRaw } from "../store/raw.ts";
import { rejectedId, writeRejected } from "../store/rejected.ts";
import type { RebuildCounts, StoredFinding } from "../store/renormalization.ts";
import { isDifferent } from "../store/same-value.ts";
import type { Schema } from "../store/schema.ts";
import { asWizSays, withFeeds } from "./feeds/feed-row.ts";
import { asSource, withLife } from "./finding-life.ts";
import { definitionRows, type FetchedFinding, findingRow, withKnown } from "./finding-row.ts";
import { type Mapping, readRaw } from "./mapping.ts";
import { assetsOf, type StoreContext, storeFindingRows } from "./page.ts";
import { rebuildPlaceholders } from "./rebuild-placeholders.ts";

/**
 * Rebuilds findings from what the source sent. Written is only what the present mapping says otherwise; what Weir itself
 * decided stays, and so does what was not asked for when the source sent it. A finding that cannot be read any more stays as it is and is kept as rejected, as a full pass would.
 */
export async function rebuildFindings(
  trx: Kysely<Schema>,
  context: StoreContext,
  mapping: Mapping,
  stored: readonly StoredFinding[],
): Promise<RebuildCounts> {
  await shareFeeds(trx);
  const { findings, unreadable, unkept } = readAll(context, mapping, stored);
  const placed = await placeAssets(trx, context, assetsOf(context, findings));
  await writePlaced(trx, placed);
  const rows = new Map(stored.map(({ row }) => [row.id, row]));
  const reduced = new Set(stored.filter(({ raw }) => isReducedRaw(raw)).map(({ row }) => row.id));
  const whole = findings.filter(({ id }) => !reduced.has(id));
  await rebuildPlaceholders(
    trx,
    context,
    placed,
    whole.map((finding) => ({ finding, stored: rows.get(finding.id)! })),
  );
  await rewriteDefinitions(trx, definitionRows(context, whole));
  const feeds = await readFeedWords(
    trx,
    stored.map(({ row }) => row.cve).concat(findings.map(({ record }) => record.cve)),
  );
  const days = daysOf(await readDueDatePolicy(trx));
  const before = new Map<string, FindingRow>();
  const after: FindingRow[] = [];
  for (const finding of findings) {
    const row = rows.get(finding.id)!;
    const { asset } = finding.record;
    const facts =
      asset === null ? undefined : placed.bySource.get(recordId(context.integrationId, "asset", asset.externalId));
    const fresh = findingRow(context, finding, facts, row.version + 1);
    const whole = reduced.has(row.id) ? withKnown(fresh, asSource(asWizSays(row))) : fresh;
    const next = withLife(withOwnDecisions(row, withFeeds(whole, feeds)), row, {
      at: context.at,
      days,
      isReread: true,
    });
    if (!isDifferent(row, next)) continue;
    before.set(row.id, row);
    after.push(next);
  }
  await storeFindingRows(trx, context, before, after);
  await keepUnreadable(trx, context, unreadable);
  return { examined: stored.length, rewritten: after.length, unreadable: unreadable.length, unkept };
}

interface Unreadable {
  stored: StoredFinding;
  reason: string;
}

function readAll(context: StoreContext, mapping: Mapping, stored: readonly StoredFinding[]) {
  const findings: FetchedFinding[] = [];
  const unreadable: Unreadable[] = [];
  let unkept = 0;
  for (const one of stored) {
    const reading = readRaw(mapping, context.stream, one.raw);
    if ("reason" in reading) {
      unreadable.push({ stored: one, reason: reading.reason });
      continue;
    }
    const { id } = one.row;
    const finding = reading.record?.finding;
    // Under another name it is another record, which the next full pass brings.
    if (finding === undefined || recordId(context.integrationId, finding.kind, finding.externalId) !== id) unkept++;
    else
      findings.push({
        id,
        hash: reading.record!.hash,
        record: finding,
        raw: reading.record!.raw,
      });
  }
  return { findings, unreadable, unkept };
}

/** That a finding is gone was seen by full passes; what the source last sent of it says nothing of that. */
function withOwnDecisions(stored: FindingRow, next: FindingRow): FindingRow {
  if (stored.status !== "gone") return next;
  const { status, statusReason, statusChangedAt, resolvedAt } = stored;
  return { ...next, status, statusReason, statusChangedAt, resolvedAt };
}

async function keepUnreadable(trx: Kysely<Schema>, context: StoreContext, unreadable: readonly Unreadable[]) {
  const { integrationId, stream, at } = context;
  await writeRejected(
    trx,
    unreadable.map(({ stored: { row, raw }, reason }) => ({
      id: rejectedId(integrationId, stream, row.externalId),
      integrationId,
      stream,
      externalId: row.externalId,
      reason,
      raw: raw.toString("base64"),
      firstAt: at,
      lastAt: at,
    })),
  );
}
