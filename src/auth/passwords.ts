import { hash, parseOptions, verify } from "@node-rs/argon2";
import { createTurns } from "./turns.ts";

/** Hashes and checks passwords, a few at a time. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Does the same work when there is no hash to check (nobody has that e-mail address), so that time tells nothing. */
  verify(password: string, hash: string | null): Promise<boolean>;
  /** Whether a hash was made with other parameters than today's. */
  isOutdated(hash: string): boolean;
}

export interface PasswordCost {
  /** Memory in KiB. */
  memoryCost: number;
  timeCost: number;
  parallelism: number;
}

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one thread. */
const standardCost: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Each takes its 19 MiB, and one of the four threads that also read files and look up names. */
const maxAtOnce = 2;
/** Less than two seconds of work; whoever comes then is sent away, so that memory and waiting stay bounded. */
const maxWaiting = 50;

/** @param cost other than the standard only in tests */
export function createPasswords(cost: PasswordCost = standardCost): Passwords {
  const inTurn = createTurns({ atOnce: maxAtOnce, waiting: maxWaiting });
  return {
    hash: (password) => inTurn(() => hash(normalize(password), cost)),
    verify: (password, stored) =>
      inTurn(async () => {
        if (stored !== null) return await verify(stored, normalize(password));
        await hash(normalize(password), cost);
        return false;
      }),
    isOutdated(stored) {
      const { memoryCost, timeCost, parallelism } = parseOptions(stored);
      return memoryCost !== cost.memoryCost || timeCost !== cost.timeCost || parallelism !== cost.parallelism;
    },
  };
}

/** The same letter can be typed as different bytes (NIST SP 800-63B-4, section 3.1.1.2). */
function normalize(password: string): string {
  return password.normalize("NFKC");
}
