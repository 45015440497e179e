import fc from "fast-check";
import { anyBody, bodyOf } from "./body.ts";
import type { ApiDocument, Operation, Schema } from "./document.ts";
import { type FuzzHeaders, headersFor } from "./headers.ts";
import { type KnownIds, pathOf, queryOf } from "./url.ts";

/** A request as bytes: texts hold one byte per character. */
export interface FuzzRequest {
  method: string;
  path: string;
  headers: FuzzHeaders;
  body: string | null;
}

/** Requests to every route that the description of the API names: nearly right, wrong in some way, or absurd. */
export function requestsTo(document: ApiDocument, ids: KnownIds): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => requestTo(document, ids, { method, path, operation })),
  );
  return fc.oneof(...operations);
}

function requestTo(
  document: ApiDocument,
  ids: KnownIds,
  { method, path, operation }: { method: string; path: string; operation: Operation },
): fc.Arbitrary<FuzzRequest> {
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const parameters = operation.parameters ?? [];
  const query = parameters.filter((parameter) => parameter.in === "query");
  return fc.record({
    method: fc.oneof({ weight: 16, arbitrary: fc.constant(method.toUpperCase()) }, fc.constantFrom(...otherMethods)),
    path: fc.tuple(pathOf(path, parameters, ids), queryOf(document, query)).map(([place, search]) => place + search),
    headers: headersFor(schema !== undefined),
    body: bodyFor(document, schema),
  });
}

const otherMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PURGE"];

function bodyFor(document: ApiDocument, schema: Schema | undefined): fc.Arbitrary<string | null> {
  if (schema !== undefined) return fc.option(bodyOf(document, schema), { freq: 24 });
  return fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyBody });
}
