/** Lets a bounded number in at a time. */
export interface Turns {
  /** Resolves when it is one's turn; the answer ends it, once, however often it is called. */
  enter(left: number): Promise<() => void>;
}

interface Waiter {
  left: number;
  start: () => void;
}

/**
 * Of those who wait, the one with the most left to do goes first: so all come to their end at about the same time, and
 * none is left to walk its last part alone.
 */
export function createTurns(places: number): Turns {
  const waiting: Waiter[] = [];
  let free = places;

  function next(): void {
    while (free > 0 && waiting.length > 0) {
      const first = waiting.reduce((most, waiter) => (waiter.left > most.left ? waiter : most));
      waiting.splice(waiting.indexOf(first), 1);
      free -= 1;
      first.start();
    }
  }

  return {
    enter: (left) =>
      new Promise((resolve) => {
        let isOver = false;
        const end = () => {
          if (isOver) return;
          isOver = true;
          free += 1;
          next();
        };
        waiting.push({ left, start: () => resolve(end) });
        next();
      }),
  };
}
