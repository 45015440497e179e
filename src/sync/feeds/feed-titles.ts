import type { FeedName } from "../../store/feed.ts";

/** As people know them. */
export const feedTitles: Readonly<Record<FeedName, string>> = {
  epss: "EPSS",
  kev: "CISA KEV",
};
