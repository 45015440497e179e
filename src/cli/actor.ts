import { userInfo } from "node:os";
import type { By } from "../store/audit.ts";

/** Whoever sits at the machine, for the audit log. */
export function cliActor(): By {
  return { actor: { type: "cli", id: null, name: `${userName()} on the command line` }, address: null };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have a number and no name.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}
