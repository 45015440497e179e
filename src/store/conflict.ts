import { setTimeout as delay } from "node:timers/promises";
import { PageConflictError } from "./batch.ts";

const maxTries = 8;
const longestPauseMs = 30;

/**
 * Does a transaction again when another one came between: on the second try its rows are seen. 40001 and 40P01: two
 * transactions could not both go on, and PostgreSQL chose this one to give way. `attempt` counts from 1.
 */
export async function repeatOnConflict<T>(transaction: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction(attempt);
    } catch (error) {
      const code = (error as { code?: string }).code;
      const isConflict = error instanceof PageConflictError || code === "40001" || code === "40P01";
      if (!isConflict || attempt >= maxTries) throw error;
      // Two that begin again at the same moment would meet again.
      await delay(Math.random() * longestPauseMs * attempt);
    }
  }
}
