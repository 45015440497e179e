import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";

const patienceMs = 10_000;

export type Outcome<T> = { isDone: true; value: T } | { isDone: false };

/** Waits a while for work that goes on in any case; what becomes of it afterwards is in the log. */
export async function waitAWhile<T>(log: Logger, what: string, work: Promise<T>, ms = patienceMs): Promise<Outcome<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome<T>>((resolve) => {
    timer = setTimeout(() => {
      work.then(
        () => log.info(`${what}: done`),
        (error: unknown) => log.error({ err: error }, `${what}: ${errorText(error)}`),
      );
      resolve({ isDone: false });
    }, ms);
  });
  try {
    return await Promise.race([work.then((value): Outcome<T> => ({ isDone: true, value })), late]);
  } finally {
    clearTimeout(timer);
  }
}
