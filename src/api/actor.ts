import type { By } from "../store/audit.ts";
import { type ApiContext, clientAddress } from "./context.ts";

/** Whoever sent the request, for the audit log. Only on routes that the guard lets nobody unknown through. */
export function actorOf(c: ApiContext): By {
  const { principal } = c.var;
  const name = principal.type === "user" ? principal.email : `${principal.name} (${principal.email})`;
  return { actor: { type: principal.type, id: principal.id, name }, address: clientAddress(c) };
}
