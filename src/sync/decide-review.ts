import { NotFoundError } from "../errors.ts";
import { assetScoreConstants } from "../risk/constants.ts";
import { refreshAssetRisk } from "../store/asset-risk.ts";
import { type By, recordAudit } from "../store/audit.ts";
import { repeatOnConflict } from "../store/conflict.ts";
import { moveMissing } from "../store/missing.ts";
import { decideReview, findOpenReview } from "../store/review.ts";
import { type GoneDeps, type GoneStream, markGone, touchedSince } from "./gone.ts";

export interface ReviewAnswer {
  isApproved: boolean;
  /** Who decides, for the record. */
  by: By;
  /** What was asked when they decided; it may be another question by now. */
  reviewId?: string;
}

/**
 * Carries out what a person decided on records that are missing: `gone` at once, or left as they are until the source
 * shows them again. Returns how many became gone. Killed in between, the next full pass makes the rest gone.
 * @throws NotFoundError when there is nothing to decide for the stream
 */
export async function answerReview(deps: GoneDeps, of: GoneStream, answer: ReviewAnswer): Promise<number> {
  const since = new Date(deps.now()).toISOString();
  await deps.db.transaction().execute(async (trx) => {
    const review = await findOpenReview(trx, of);
    if (review === null || (answer.reviewId !== undefined && answer.reviewId !== review.id))
      throw new NotFoundError(`There is nothing to decide about the ${of.stream}.`);
    const decision = answer.isApproved ? "approved" : "rejected";
    await decideReview(trx, review.id, { decision, by: answer.by.actor.name, now: since });
    await moveMissing(trx, of, { from: "waiting", to: answer.isApproved ? "approved" : "kept" });
    const subject = { type: "review", id: review.id, name: of.stream };
    const details = { integration: of.integrationId, stream: of.stream, records: review.records };
    const action = answer.isApproved ? "review.approve" : "review.reject";
    await recordAudit(trx, { ...answer.by, action, subject, details }, deps.now());
  });
  if (!answer.isApproved) return 0;
  const gone = await markGone(deps, of, async () => undefined);
  await repeatOnConflict(() => refreshAssetRisk(deps.db, touchedSince(of, since), assetScoreConstants));
  return gone;
}
