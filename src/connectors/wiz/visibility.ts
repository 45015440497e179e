import type { Connection, ProjectRef, Source, Visibility } from "../connector.ts";
import type { GraphqlAnswer } from "./answer.ts";
import type { WizClient, WizQuery } from "./client.ts";
import type { Governor } from "./governor.ts";
import { type Node, readNode, readNodes, readText } from "./normalize/read.ts";
import { remember } from "./remember.ts";

export interface VisibilityDeps {
  client: WizClient;
  governor: Governor;
  now: () => number;
}

export const unknownVisibility: Visibility = { isKnown: false, scopes: null, projects: null };

/** Remembers what the service account may see, so that it can be asked often and costs one request an hour. */
export function createVisibility(connection: Connection, deps: VisibilityDeps): Source["visibility"] {
  const ask = (signal: AbortSignal) => (variables: Variables) => askGently(deps, { ...question, variables }, signal);
  return remember(deps.now, unknownVisibility, (signal) => readVisibility(ask(signal), connection.clientId));
}

/** The projects that the service account may read by their list, which for a limited one are its own. */
export function createProjectList(deps: VisibilityDeps) {
  const ask = (signal: AbortSignal) => (variables: Variables) =>
    askGently(deps, { ...projectQuestion, variables }, signal);
  return remember<readonly ProjectRef[]>(deps.now, [], (signal) => readProjects(ask(signal)));
}

type Variables = Record<string, unknown>;

/** Nothing depends on the answer, so it is not asked for again and again. */
export function askGently(
  { client, governor }: VisibilityDeps,
  query: WizQuery,
  signal: AbortSignal,
): Promise<GraphqlAnswer> {
  return governor.run({ urgency: "poll", signal, maxTries: 2, attempt: () => client.query(query, signal) });
}

/** One question for all service accounts: a filter by client id does not exist. */
const document = /* GraphQL */ `
query ServiceAccounts($first: Int, $after: String) {
  serviceAccounts(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { clientId scopes assignedProjects { id name } }
  }
}`;

export const question = { document, subject: "service accounts", scopes: ["read:service_accounts"] };

const projectsDocument = /* GraphQL */ `
query Projects($first: Int, $after: String) {
  projects(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id name }
  }
}`;

const projectQuestion = { document: projectsDocument, subject: "projects", scopes: ["read:projects"] };

const pageSize = 500;
const mostPages = 10;

/** @throws the errors of `WizClient.query` */
export async function readVisibility(ask: AskPage, clientId: string): Promise<Visibility> {
  for await (const { nodes, isPartial } of pagesOf(ask, "serviceAccounts")) {
    const own = nodes.find((node) => node.clientId === clientId);
    if (own !== undefined) return toVisibility(own, isPartial);
  }
  return unknownVisibility;
}

/** @throws the errors of `WizClient.query` */
async function readProjects(ask: AskPage): Promise<ProjectRef[]> {
  const projects: ProjectRef[] = [];
  for await (const { nodes } of pagesOf(ask, "projects")) projects.push(...nodes.flatMap(toProject));
  return projects;
}

type AskPage = (variables: Variables) => Promise<GraphqlAnswer>;

async function* pagesOf(ask: AskPage, root: string) {
  let after: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const { data, partial }: GraphqlAnswer = await ask({ first: pageSize, after });
    const connection = readNode(data[root]);
    yield { nodes: readNodes(connection?.nodes), isPartial: partial.length > 0 };
    const pageInfo = readNode(connection?.pageInfo);
    after = readText(pageInfo?.endCursor);
    if (pageInfo?.hasNextPage !== true || after === null) return;
  }
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
