const inFlight = 8;
const triesPerItem = 2;

/**
 * Does the work for every item, a few at a time. One that fails is tried again, alone, when the others have had their
 * turn; the first failure that is left is thrown when all that ran beside it has come to its own end. After a failure
 * that is not worth another try no further item is begun.
 */
export async function runSideBySide<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  isWorthAnother: (error: unknown) => boolean,
): Promise<void> {
  const waiting = items.map((item) => ({ item, tries: 1 }));
  const failures: unknown[] = [];
  const again: typeof waiting = [];
  const attempt = async ({ item, tries }: (typeof waiting)[number]) => {
    try {
      await work(item);
    } catch (error) {
      if (isWorthAnother(error) && tries < triesPerItem) again.push({ item, tries: tries + 1 });
      else failures.push(error);
    }
  };
  const runner = async () => {
    for (let next = waiting.shift(); next !== undefined && failures.length === 0; next = waiting.shift())
      await attempt(next);
  };
  await Promise.all(Array.from({ length: inFlight }, runner));
  for (let next = again.shift(); next !== undefined && failures.length === 0; next = again.shift()) await attempt(next);
  if (failures.length > 0) throw failures[0];
}
