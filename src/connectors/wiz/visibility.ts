import { AppError, WizPermissionError, WizResponseError } from "../../errors.ts";
import type { Connection, ProjectRef, Visibility } from "../connector.ts";
import type { GraphqlAnswer } from "./answer.ts";
import type { WizClient } from "./client.ts";
import type { Governor } from "./governor.ts";
import { type Node, readNode, readNodes, readText } from "./normalize/read.ts";

interface VisibilityDeps {
  client: WizClient;
  governor: Governor;
  now: () => number;
}

const unknown: Visibility = { isKnown: false, scopes: null, projects: null };

const defaultMaxAgeMs = 3_600_000;
/** A refusal stands for as long as an answer; trouble on the way may pass sooner. */
const troubleAgeMs = 600_000;

/** Remembers what the service account may see, so that it can be asked often and costs one request an hour. */
export function createVisibility(connection: Connection, { client, governor, now }: VisibilityDeps) {
  let known: { visibility: Visibility; at: number; isTrouble: boolean } | null = null;
  let asking: Promise<Visibility> | null = null;

  async function ask(signal: AbortSignal): Promise<Visibility> {
    const askPage = (variables: Record<string, unknown>) =>
      governor.run({
        urgency: "poll",
        signal,
        maxTries: 2,
        attempt: () => client.query({ ...question, variables }, signal),
      });
    try {
      const visibility = await readVisibility(askPage, connection.clientId);
      known = { visibility, at: now(), isTrouble: false };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AppError)) throw error;
      const isFinal = error instanceof WizPermissionError || error instanceof WizResponseError;
      known = { visibility: unknown, at: now(), isTrouble: !isFinal };
    }
    return known.visibility;
  }

  return async function visibility(signal: AbortSignal, maxAgeMs = defaultMaxAgeMs): Promise<Visibility> {
    for (;;) {
      signal.throwIfAborted();
      const lasts = known?.isTrouble === true ? Math.min(maxAgeMs, troubleAgeMs) : maxAgeMs;
      if (known !== null && now() - known.at < lasts) return known.visibility;
      const isOurs = asking === null;
      asking ??= ask(signal).finally(() => {
        asking = null;
      });
      try {
        return await asking;
      } catch (error) {
        // Whoever asked for all of us was cancelled: then it is our turn.
        if (isOurs) throw error;
      }
    }
  };
}

/** One question for all service accounts: a filter by client id does not exist. */
export const document = /* GraphQL */ `
query ServiceAccounts($first: Int, $after: String) {
  serviceAccounts(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { clientId scopes assignedProjects { id name } }
  }
}`;

const question = { document, subject: "service accounts", scopes: ["read:service_accounts"] };

const pageSize = 500;
const mostPages = 10;

/** @throws the errors of `WizClient.query` */
export async function readVisibility(
  ask: (variables: Record<string, unknown>) => Promise<GraphqlAnswer>,
  clientId: string,
): Promise<Visibility> {
  let after: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const { data, partial } = await ask({ first: pageSize, after });
    const connection = readNode(data.serviceAccounts);
    const own = readNodes(connection?.nodes).find((node) => node.clientId === clientId);
    if (own !== undefined) return toVisibility(own, partial.length > 0);
    const pageInfo = readNode(connection?.pageInfo);
    after = readText(pageInfo?.endCursor);
    if (pageInfo?.hasNextPage !== true || after === null) break;
  }
  return unknown;
}

/**
 * `null` is no limit. Wiz may leave a field out without a word, errors may have taken projects away, and what an empty
 * list means is not documented: then nothing is known of projects.
 */
function toVisibility({ scopes, assignedProjects }: Node, isPartial: boolean): Visibility {
  const projects = isPartial ? [] : readNodes(assignedProjects).flatMap(toProject);
  const isUnlimited = assignedProjects === null && !isPartial;
  return {
    isKnown: isUnlimited || projects.length > 0,
    projects: projects.length > 0 ? projects : null,
    scopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : null,
  };
}

function toProject(node: Node): ProjectRef[] {
  const id = readText(node.id);
  return id === null ? [] : [{ id, name: readText(node.name) ?? id }];
}
