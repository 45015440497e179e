import { decodeCursor, encodeCursor, questionOf } from "./cursor.ts";
import { type Args, type Asking, type Filter, readFirst } from "./roots.ts";

/** Lists that are short: projects, accounts, service accounts. */
export function answerShortList(asking: Asking, name: string, args: Args): object {
  const first = readFirst(asking, args, 500);
  const question = questionOf(name, args);
  const nodes = shortList(asking, name, (args.filterBy ?? {}) as Filter);
  const orderBy = args.orderBy as { direction: string } | null | undefined;
  if (orderBy) nodes.sort((a, b) => a.name.localeCompare(b.name) * (orderBy.direction === "DESC" ? -1 : 1));
  const after = typeof args.after === "string" && args.after !== "" ? decodeCursor(args.after, question) : null;
  const from = after === null ? 0 : nodes.findIndex((node) => node.id === after.id) + 1;
  const page = nodes.slice(from, from + first);
  return {
    nodes: page,
    totalCount: nodes.length,
    pageInfo: {
      hasNextPage: from + first < nodes.length,
      endCursor: page.length === 0 ? null : encodeCursor({ key: from, id: page.at(-1)!.id }, "Offset", question),
    },
  };
}

interface Named {
  id: string;
  name: string;
  [field: string]: unknown;
}

function shortList(asking: Asking, name: string, filter: Filter): Named[] {
  const { tenant, projectScope } = asking;
  if (name === "serviceAccounts")
    return [...(asking.serviceAccounts() as Named[])].filter((one) => contains(one.name, filter.search));
  if (name === "projects") {
    return tenant.projects.filter(
      (project) =>
        (projectScope === null || projectScope.includes(project.id)) &&
        contains(project.name, filter.search) &&
        (typeof filter.impact !== "string" || project.businessImpact === filter.impact) &&
        (typeof filter.root !== "boolean" || (project.ancestorProjects === null) === filter.root),
    );
  }
  const { id, search, cloudProvider } = filter as { id?: string[]; search?: string[]; cloudProvider?: string[] };
  return tenant.accounts.filter(
    (account) =>
      (projectScope === null ||
        (account.linkedProjects?.some((project) => projectScope.includes(project.id)) ?? false)) &&
      (!id || id.includes(account.id)) &&
      (!search || search.some((part) => contains(account.name, part) || account.externalId === part)) &&
      (!cloudProvider || cloudProvider.includes(account.cloudProvider)),
  );
}

function contains(text: string, part: unknown): boolean {
  return typeof part !== "string" || text.toLowerCase().includes(part.toLowerCase());
}
