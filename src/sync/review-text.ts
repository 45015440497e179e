import type { StreamName } from "../model.ts";

/** What a review is about, in words. */
export function reviewText(
  stream: StreamName,
  review: { reason: string; records: number; openRecords: number },
): string {
  const [records, open] = [review.records.toLocaleString("en-US"), review.openRecords.toLocaleString("en-US")];
  if (review.reason === "scope")
    return `the service account or its projects changed, and ${records} of ${open} open ${stream} cannot be seen any more; they stay as they are until you decide`;
  if (review.reason === "empty")
    return `Wiz has no ${stream} at all any more, and Weir has ${open} open ones; they stay as they are until you decide`;
  return `${records} of ${open} open ${stream} are missing in Wiz, unusually many; they stay as they are until you decide`;
}
