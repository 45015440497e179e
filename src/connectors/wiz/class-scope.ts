import type { StreamName } from "../../model.ts";
import type { ScopedConnection } from "../connector.ts";
import type { GraphqlAnswer, GraphqlError } from "./answer.ts";
import { isAboutFilter } from "./drift.ts";
import { readNode, readNodes, readText } from "./normalize/read.ts";
import { toAssetClass } from "./normalize/words.ts";
import { remember } from "./remember.ts";
import type { TypeFilter, WizStream } from "./streams/stream.ts";
import { askGently, type VisibilityDeps } from "./visibility.ts";

type Filter = Record<string, unknown>;

/**
 * Narrows questions to assets of the chosen classes, as far as Wiz's filters can say so. Wiz may answer with more, and
 * whoever keeps the records has the last word; it must never answer with less. So Wiz is asked first which types it
 * has by now, and where it does not say, or refuses the filter, everything is asked for.
 */
export interface ClassScope {
  /** What to add to the stream's filter; `null`: nothing. */
  filterOf(stream: WizStream, signal: AbortSignal): Promise<Filter | null>;
  /** Whether a refusal is about that addition. If so, it is left out for an hour. */
  isRefused(stream: StreamName, filter: Filter | null, errors: readonly GraphqlError[]): boolean;
  /** In words, that it is left out; empty when it is not. */
  warnings(stream: StreamName): string[];
}

const refusalMs = 3_600_000;

export function createClassScope({ assetClasses = null }: ScopedConnection, deps: VisibilityDeps): ClassScope {
  // What nobody has a name for is in no list, so where it is wanted, everything is asked for.
  const chosen = assetClasses === null || assetClasses.includes("other") ? null : new Set<string>(assetClasses);
  /** Stays known while Wiz is in trouble: another filter in the middle of a pass would upset its cursors. */
  let last: KnownTypes | null = null;
  const readKnown = remember<KnownTypes | null>(deps.now, null, async (signal) => {
    const types = readTypes(await askGently(deps, question, signal));
    last = types ?? last;
    return types;
  });
  const refusedAt = new Map<StreamName, number>();
  const isOff = (stream: StreamName) => deps.now() - (refusedAt.get(stream) ?? Number.NEGATIVE_INFINITY) < refusalMs;

  return {
    async filterOf({ info, typeFilter }, signal) {
      if (chosen === null || typeFilter === undefined || isOff(info.name)) return null;
      const known = (await readKnown(signal)) ?? last;
      return known === null ? null : narrow(typeFilter, known, chosen);
    },
    isRefused(stream, filter, errors) {
      if (filter === null || !isAboutTypes(errors, filter)) return false;
      refusedAt.set(stream, deps.now());
      return true;
    },
    warnings: (stream) =>
      isOff(stream)
        ? ["Wiz refuses the filter by type of asset; everything is fetched, and other asset classes are left out here"]
        : [],
  };
}

/** By the same function that says of each record which class it is of. */
function narrow(typeFilter: TypeFilter, known: KnownTypes, chosen: ReadonlySet<string>): Filter {
  const wanted = known[typeFilter.known].filter((type) => chosen.has(toAssetClass(type)));
  return wanted.length === 0 ? typeFilter.ofNone : typeFilter.ofTypes(wanted);
}

/** Named by key or value, or not named at all: then it may be the types. */
function isAboutTypes(errors: readonly GraphqlError[], filter: Filter): boolean {
  const words = wordsIn(filter);
  return errors.some((error) => {
    const values = [...error.message.matchAll(/"([A-Z][A-Z_]+)"/g)].map(([, value]) => value!);
    if (values.length > 0) return values.some((value) => words.includes(value));
    const isVague = /^failed to parse /i.test(error.message) && !error.message.includes('"');
    return isVague || isAboutFilter([error], words);
  });
}

function wordsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value)
    ? value.flatMap(wordsIn)
    : Object.entries(value).flatMap(([key, inner]) => [key, ...wordsIn(inner)]);
}

type KnownTypes = Record<"graph" | "vulnerable", readonly string[]>;

/** Wiz takes the names of the enumerations as literals only. Of what is deprecated there may be records still. */
const document = /* GraphQL */ `
query AssetTypes {
  graph: __type(name: "GraphEntityType") { enumValues(includeDeprecated: true) { name } }
  vulnerable: __type(name: "VulnerableAssetObjectType") { enumValues(includeDeprecated: true) { name } }
}`;

const question = { document, variables: {}, subject: "the types of assets", scopes: [] };

function readTypes({ data, partial }: GraphqlAnswer): KnownTypes | null {
  const valuesOf = (name: string) =>
    readNodes(readNode(data[name])?.enumValues).flatMap((value) => readText(value.name) ?? []);
  const known = { graph: valuesOf("graph"), vulnerable: valuesOf("vulnerable") };
  return partial.length > 0 || known.graph.length === 0 || known.vulnerable.length === 0 ? null : known;
}
