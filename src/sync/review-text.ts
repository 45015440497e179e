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

interface Consequences {
  approved: string;
  rejected: string;
  /** What to look at before deciding. */
  advice: string;
}

/** What a decision would do, in words; `n` records wait for it. */
export function consequencesOf(stream: StreamName, reason: string, n: number): Consequences {
  const records = `${n.toLocaleString("en-US")} ${stream}`;
  return {
    approved:
      `The ${records} get the status gone: they no longer count as ${stream === "assets" ? "part of the inventory" : "open"}, nor in risk scores. ` +
      "They are kept with their history, and a signal tells of each. One that Wiz shows again is what it was before.",
    rejected:
      `Nothing changes: the ${records} stay as they are, and Weir does not ask about them again. ` +
      "One that Wiz shows again is kept up to date like any other.",
    advice: adviceOn(reason),
  };
}

const orWait = "If they come back before you decide, the question settles itself.";

function adviceOn(reason: string): string {
  if (reason === "scope")
    return `Approve if the service account is to see less from now on. If not, give it back in Wiz what it saw, or the integration its projects. ${orWait}`;
  if (reason === "empty")
    return `See in the Wiz console whether there are really none. If there are, the service account or Wiz had trouble: wait, or reject. ${orWait}`;
  return `Approve if you know why: a cloud account that was disconnected, a scanner that was replaced, a large clean-up. If you do not, look for some of them in the Wiz console first. ${orWait}`;
}
