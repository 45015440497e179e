/** First key of every advisory lock of Weir ("WEIR" in ASCII), so that others in the same database do not collide. */
export const lockSpace = 0x57454952;

/** Second key: what is locked. Locks on rows (service accounts, …) use a lock space of their own. */
export const lockKeys = {
  presence: 1,
  serve: 2,
  migrate: 3,
  housekeeping: 4,
  renormalize: 5,
  assetRisk: 6,
  assetCopies: 7,
  users: 8,
  tagging: 9,
  feeds: 20,
  feedImport: 21,
  feedScores: 22,
  acceptances: 12,
  lifeCycle: 13,
} as const;
