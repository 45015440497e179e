import type { Tag } from "../../api/types.ts";
import { countText, numberText } from "../../kit/numbers.ts";

/** What is under way with a tag; `null`: nothing, all that has it says so. */
export function progressText({
  isEvaluating,
  bulk,
  pending,
}: Pick<Tag, "isEvaluating" | "bulk" | "pending">): string | null {
  if (isEvaluating) return "Looking which assets its query finds";
  const [first] = bulk;
  if (first !== undefined) {
    const verb = first.action === "add" ? "Tagging" : "Untagging";
    return `${verb} what a query finds: ${numberText(first.done)} of ${numberText(first.total)}`;
  }
  return pending > 0 ? `${countText(pending, "asset")} to bring up to date` : null;
}

/** What else changes when a tag goes. */
export function removalText(
  { assets, decides, criticality }: { assets: number; decides: number; criticality: number | null },
  standard: number,
): string {
  if (assets === 0) return "No asset has it, so nothing else changes.";
  const goes = `It goes from ${countText(assets, "asset")}.`;
  if (criticality === null || decides === 0) return `${goes} Their criticality stays as it is.`;
  const given = decides === assets ? `It alone gives` : `To ${numberText(decides)} of them it alone gives`;
  return `${goes} ${given} the criticality ${criticality}; without it counts what the other tags say, else ${standard}, and risk scores follow.`;
}

/** What saving another query changes. */
export function changeText({ adds, removes }: { adds: number | null; removes: number | null }): string | null {
  if (adds === null || removes === null) return null;
  if (adds === 0 && removes === 0) return "The same assets as now.";
  const parts = [
    ...(adds > 0 ? [`comes to ${countText(adds, "asset")}`] : []),
    ...(removes > 0 ? [`goes from ${countText(removes, "asset")}`] : []),
  ];
  return `The tag ${parts.join(" and ")}.`;
}
