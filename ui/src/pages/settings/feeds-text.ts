import type { Feeds } from "../../../../src/api/routes/feeds.ts";
import { countText } from "../../kit/numbers.ts";

type Feed = Pick<Feeds["feeds"][number], "feed" | "publisher" | "ageDays" | "isOld">;

/** How a feed stands, in words. */
export function ageText({ feed, publisher, ageDays, isOld }: Feed): string {
  if (ageDays === null) return "Not loaded: what Wiz says counts";
  const age = ageDays === 0 ? "of today" : `${countText(ageDays, "day")} old`;
  if (!isOld) return ageDays === 0 ? "Of today" : `Current, ${age}`;
  const since = feed === "epss" ? "publishes a new one every day" : "adds to it several times a month";
  return `Old, ${age}: ${publisher} ${since}`;
}
