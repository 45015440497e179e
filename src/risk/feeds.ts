/** What a source says of a CVE; `null` is "it does not say", which is not "no". */
export interface CveWord {
  epss: number | null;
  kev: boolean | null;
}

/** What counts of a finding, whose word that is, and where Wiz and a feed disagree. Columns of `finding`. */
export interface WeighedWords {
  epss: number | null;
  epssSource: "wiz" | "first";
  /** What Wiz says where the feed's word counts. */
  wizEpss: number | null;
  epssDisputed: boolean;
  isKev: boolean | null;
  kevSource: "wiz" | "cisa" | "both" | null;
  /** What Wiz says where only CISA lists it. */
  wizKev: boolean | null;
  kevDisputed: boolean;
}

/** EPSS of Wiz and of the feed are of different days and never quite the same; from here on they disagree. */
const epssDispute = 0.1;

const parts = 1e6;

/**
 * Weighs what Wiz says against the feeds. The EPSS of the feed counts where it knows the CVE, else that of Wiz. A CVE is
 * known to be exploited when either says so; that CISA does not list one makes no "no" of what Wiz does not say.
 * `feed.kev` is `null` when no catalogue is loaded.
 */
export function weighWords(wiz: CveWord, feed: CveWord): WeighedWords {
  return { ...weighEpss(wiz.epss, feed.epss), ...weighKev(wiz.kev, feed.kev) };
}

function weighEpss(wiz: number | null, feed: number | null) {
  if (feed === null) return { epss: wiz, epssSource: "wiz" as const, wizEpss: null, epssDisputed: false };
  const epssDisputed = wiz !== null && Math.round(Math.abs(wiz - feed) * parts) >= epssDispute * parts;
  return { epss: feed, epssSource: "first" as const, wizEpss: wiz, epssDisputed };
}

function weighKev(wiz: boolean | null, listed: boolean | null) {
  const kevDisputed = wiz !== null && listed !== null && wiz !== listed;
  if (listed !== true)
    return { isKev: wiz, kevSource: wiz === true ? ("wiz" as const) : null, wizKev: null, kevDisputed };
  return wiz === true
    ? { isKev: true, kevSource: "both" as const, wizKev: null, kevDisputed }
    : { isKev: true, kevSource: "cisa" as const, wizKev: wiz, kevDisputed };
}

/** What Wiz alone says, out of what was weighed. */
export function wizWord(known: {
  epss: number | null;
  epssSource: string;
  wizEpss: number | null;
  isKev: boolean | null;
  kevSource: string | null;
  wizKev: boolean | null;
}): CveWord {
  return {
    epss: known.epssSource === "first" ? known.wizEpss : known.epss,
    kev: known.kevSource === "cisa" ? known.wizKev : known.isKev,
  };
}
