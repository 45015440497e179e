import { randomUUID } from "node:crypto";
import type { SecretBox } from "../store/secret.ts";

const context = "known-device";

/** Marks a browser in which a user has signed in. Weir can read the mark, nobody can make one. */
export function markDevice(box: SecretBox, userId: string): string {
  return box.seal(`${userId} ${randomUUID()}`, context).toString("base64url");
}

/** Which device it is, if the mark is one of this user's. */
export function knownDevice(box: SecretBox, mark: string | undefined, userId: string | undefined): string | null {
  if (mark === undefined || userId === undefined) return null;
  try {
    const [markedUser, device] = box.open(Buffer.from(mark, "base64url"), context).split(" ");
    return markedUser === userId && device !== undefined ? device : null;
  } catch {
    // Made up, cut short, or sealed with a key of before: a browser like any other.
    return null;
  }
}
