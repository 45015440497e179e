import { assetFields } from "./asset-fields.ts";
import type { Field, Thing } from "./field.ts";
import { findingFields } from "./finding-fields.ts";
import { signalFields } from "./signal-fields.ts";

/** Every field of the query language: the parser's checks, the SQL and the documentation come from here. */
export const fields: Readonly<Record<Thing, readonly Field[]>> = {
  findings: findingFields,
  assets: assetFields,
  signals: signalFields,
};
