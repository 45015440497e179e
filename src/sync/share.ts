import type { Account } from "./account.ts";

/** How many accounts one of so many workers takes, so that all are taken and none has many more than another. */
export function fairShare(accounts: number, workers: number): number {
  return Math.ceil(accounts / Math.max(1, workers));
}

/**
 * The accounts to put down when another worker has joined: idle ones where there are. Busy ones are handed over as
 * well, since a first load may take hours; the next worker goes on at the page where this one stopped.
 */
export function surplus<A extends Pick<Account, "active">>(accounts: readonly A[], share: number): A[] {
  const idleFirst = accounts.toSorted((a, b) => a.active() - b.active());
  return idleFirst.slice(0, Math.max(0, accounts.length - share));
}
