/** Lets a bounded number in at a time. */
export interface Turns {
  /**
   * Resolves when it is one's turn; the answer ends it, once, however often it is called. Of one `group` only so many
   * are in at a time.
   */
  enter(left: number, group?: unknown): Promise<() => void>;
}

interface Waiter {
  left: number;
  group: unknown;
  start: () => void;
}

/**
 * Of those who wait, the one with the most left to do goes first: so all come to their end at about the same time, and
 * none is left to walk its last part alone. No group takes more than `placesOfGroup`, so one that is stuck does not
 * keep out the others.
 */
export function createTurns(places: number, placesOfGroup = places): Turns {
  const waiting: Waiter[] = [];
  const inside = new Map<unknown, number>();
  let free = places;

  function next(): void {
    while (free > 0) {
      const ready = waiting.filter(({ group }) => (inside.get(group) ?? 0) < placesOfGroup);
      if (ready.length === 0) return;
      const first = ready.reduce((most, waiter) => (waiter.left > most.left ? waiter : most));
      waiting.splice(waiting.indexOf(first), 1);
      move(first.group, 1);
      first.start();
    }
  }

  function move(group: unknown, step: 1 | -1): void {
    free -= step;
    const count = (inside.get(group) ?? 0) + step;
    if (count === 0) inside.delete(group);
    else inside.set(group, count);
  }

  return {
    enter: (left, group) =>
      new Promise((resolve) => {
        let isOver = false;
        const end = () => {
          if (isOver) return;
          isOver = true;
          move(group, -1);
          next();
        };
        waiting.push({ left, group, start: () => resolve(end) });
        next();
      }),
  };
}
