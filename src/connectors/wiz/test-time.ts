/** Time that passes only when everybody waits for it: hours of waiting take milliseconds, the same way each time. */
export interface TestTime {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export function createTestTime(): TestTime {
  let time = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  let isTicking = false;

  async function tick(): Promise<void> {
    isTicking = true;
    while (sleepers.length > 0) {
      // Everything that can go on without time passing goes on first.
      await new Promise(setImmediate);
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      if (next === undefined) break;
      time = Math.max(time, next.at);
      next.wake();
    }
    isTicking = false;
  }

  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const sleeper = { at: time + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener(
          "abort",
          () => {
            if (sleepers.includes(sleeper)) sleepers.splice(sleepers.indexOf(sleeper), 1);
            reject(signal.reason);
          },
          { once: true },
        );
        if (!isTicking) void tick();
      }),
  };
}
