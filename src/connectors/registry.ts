import { NotFoundError } from "../errors.ts";
import type { Connector } from "./connector.ts";
import { wizConnector } from "./wiz/connector.ts";

/** All of them, in the order of the catalogue. */
export const connectors: readonly Connector[] = [wizConnector];

/** A connector by its id or its short name, whatever the case. @throws NotFoundError naming those that exist */
export function findConnector(name: string): Connector {
  const wanted = name.trim().toLowerCase();
  const found = connectors.find(({ catalogue }) => catalogue.id === wanted || catalogue.shortName === wanted);
  if (found === undefined) {
    const known = connectors.map(({ catalogue }) => `${catalogue.shortName} (${catalogue.id})`).join(", ");
    throw new NotFoundError(`There is no connector "${name}". Known: ${known}`);
  }
  return found;
}
