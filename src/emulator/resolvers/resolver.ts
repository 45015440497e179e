import type { Tenant } from "../tenant/tenant.ts";

/** Answers the fields of one type. A field without an entry is read from the source as it is. */
export type Fields<S> = Record<string, (source: S, args: Record<string, unknown>) => unknown>;

/** A row of a table, on its way to becoming a node. */
export interface Row {
  tenant: Tenant;
  index: number;
}

export function createRow(tenant: Tenant, index: number): Row {
  return { tenant, index };
}

/** Says of a source which object type it is, for unions and interfaces. */
export const typeNameKey = "__typename";
