import type { Feeds } from "../../../../src/api/routes/feeds.ts";
import { countText } from "../../kit/numbers.ts";

type Feed = Pick<Feeds["feeds"][number], "feed" | "publisher" | "ageDays" | "isOld">;

/** How a feed stands, in words. */
export function ageText({ feed, publisher, ageDays, isOld }: Feed): string {
  if (ageDays === null) return "Not loaded: what Wiz says counts";
  const age = ageDays === 0 ? "less than a day old" : `${countText(ageDays, "day")} old`;
  if (!isOld) return `Current, ${age}`;
  const since = feed === "epss" ? "publishes a new one every day" : "adds to it several times a month";
  return `Old, ${age}: ${publisher} ${since}`;
}
