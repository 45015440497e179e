import { WizUnavailableError } from "../../errors.ts";
import type { IsoTime, StreamName } from "../../model.ts";
import type { StreamInfo } from "../catalogue.ts";
import type { ProjectRef, ScopedConnection, SliceSpec, Source, SourceDeps, SourcePage } from "../connector.ts";
import { openAccount, wizAccount } from "./account.ts";
import { type Adaptation, type Asked, createAdaptation } from "./adaptation.ts";
import { type GraphqlError, ProjectsWantedError, SchemaDriftError } from "./answer.ts";
import { createClassScope } from "./class-scope.ts";
import { createWizClient } from "./client.ts";
import { createPageSize, type PageSize } from "./page-size.ts";
import { pageVariables, readPage } from "./paginate.ts";
import { createProjectScope } from "./project-scope.ts";
import type { Urgency } from "./queue.ts";
import { createRotatingTokens } from "./rotating-tokens.ts";
import { wizStreams } from "./streams/all.ts";
import type { WizStream } from "./streams/stream.ts";
import { createVisibility } from "./visibility.ts";

/** What was learned of one stream while it was read. */
interface StreamState {
  stream: WizStream;
  pageSize: PageSize;
  adaptation: Adaptation;
  /** Of the newest page that held anything; `null` when it was whole. */
  partialWarning: string | null;
  isRead: boolean;
}

interface Asking {
  spec: SliceSpec;
  cursor: string | null;
  /** Records to ask for; without it what was learned to be best. */
  size?: number;
}

/** What a question depends on beside what is asked for: it changes when Wiz refuses it. */
interface How {
  asked: Asked;
  projects: readonly string[];
  typeFilter: Record<string, unknown> | null;
}

/** One open connection to a tenant: its service account's governor and token, and page sizes of its own. */
export function openSource(connection: ScopedConnection, deps: SourceDeps): Source {
  const { governor, tokensOf } = wizAccount(deps.account ?? openAccount(deps));
  const client = createWizClient(connection, createRotatingTokens(connection, tokensOf, deps.latestSecret), deps);
  const visibility = createVisibility(connection, { client, governor, now: deps.now });
  const scope = createProjectScope(connection, visibility, { client, governor, now: deps.now });
  const classScope = createClassScope(connection, { client, governor, now: deps.now });
  const states = new Map<StreamName, StreamState>(
    Object.values(wizStreams).map((stream) => [stream.info.name, newState(stream, deps.now)]),
  );

  async function ask(state: StreamState, how: How, { spec, cursor, size }: Asking, signal: AbortSignal) {
    const { asked, ...narrowing } = how;
    const first = size ?? state.pageSize.current();
    const { info } = state.stream;
    const variables = pageVariables(state.stream, { spec, cursor, first, ...narrowing, asked });
    const query = { document: asked.document, variables, subject: info.name, scopes: info.scopes };
    try {
      const { data, partial } = await client.query(query, signal);
      const page = readPage(state.stream, cursor, data);
      if (size === undefined) state.pageSize.grow(first);
      // An empty page tells nothing of the others.
      if (partial.length > 0 || page.records.length > 0) state.partialWarning = partialWarning(partial);
      state.isRead = true;
      const news = state.adaptation.accepted(asked);
      if (news !== null) deps.log.info({ stream: info.name }, `${info.name}: ${news}`);
      return {
        ...page,
        ...(partial.length > 0 && { isPartial: true }),
        ...(asked.withoutFields.length > 0 && { isReduced: true }),
        ...(asked.withoutFilters.length + asked.withoutValues.length > 0 && { isNarrowed: true }),
      };
    } catch (error) {
      const isLearning = size === undefined && error instanceof WizUnavailableError && error.isTooHeavy;
      if (isLearning) state.pageSize.shrink(first);
      throw error;
    }
  }

  async function fetchPage(asking: Asking, signal: AbortSignal): Promise<SourcePage> {
    const state = states.get(asking.spec.stream)!;
    const { info } = state.stream;
    const warn = (text: string, facts = {}) => deps.log.warn({ stream: info.name, ...facts }, `${info.name}: ${text}`);
    for (;;) {
      const typeFilter = await classScope.filterOf(state.stream, signal);
      const how = { asked: state.adaptation.current(), projects: scope.filter(), typeFilter };
      try {
        return await governor.run({
          urgency: urgencyOf(asking.spec, info),
          signal,
          attempt: () => ask(state, how, asking, signal),
          onRetry: (error, waitMs) =>
            warn(`${error.message}; trying again in ${(waitMs / 1000).toFixed(1)} s`, { waitMs: Math.round(waitMs) }),
        });
      } catch (error) {
        // Each time the question is another one, so this ends.
        if (error instanceof ProjectsWantedError && (await scope.narrow(how.projects, signal))) continue;
        if (!(error instanceof SchemaDriftError)) throw error;
        if (classScope.isRefused(info.name, typeFilter, error.errors)) {
          for (const text of classScope.warnings(info.name)) warn(text);
          continue;
        }
        const { next, news } = state.adaptation.refused(how.asked, error.errors, state.stream.filter(asking.spec, []));
        for (const text of news) warn(text);
        if (next === "stop") throw error;
      }
    }
  }

  return {
    clock: (signal) =>
      governor.run({
        urgency: "poll",
        signal,
        attempt: () => client.clock(signal),
        onRetry: (error, waitMs) => deps.log.warn(`${error.message}; trying again in ${(waitMs / 1000).toFixed(1)} s`),
      }),
    plan: (stream, lane, { after, before }, now) => [
      ...wizStreams[stream].questions[lane].map((question) => ({ stream, lane, ...question, after, before })),
      ...(lane === "full" && now !== undefined ? deletionsOf(wizStreams[stream], now) : []),
    ],
    page: (spec, cursor, signal) => fetchPage({ spec, cursor }, signal),
    async count(spec, signal) {
      const { count } = await fetchPage({ spec, cursor: null, size: 1 }, signal);
      return count ?? { value: 0, isCapped: false };
    },
    isCuttable: (stream) => wizStreams[stream].isCuttable,
    visibility: async (signal, maxAgeMs) => scope.see(await visibility(signal, maxAgeMs)),
    state: () => ({
      ...governor.state(),
      pageSizes: Object.fromEntries([...states].map(([name, state]) => [name, state.pageSize.current()])),
      warnings: Object.fromEntries(
        [...states]
          .map(([name, state]) => {
            const warnings = [...classScope.warnings(name), ...warningsOf(state, scope.unnamed())];
            return [name, warnings] as const;
          })
          .filter(([, warnings]) => warnings.length > 0),
      ),
    }),
  };
}

function newState(stream: WizStream, now: () => number): StreamState {
  return {
    stream,
    pageSize: createPageSize(stream.bestPageSize),
    adaptation: createAdaptation(stream, now),
    partialWarning: null,
    isRead: false,
  };
}

/** The whole of a stream is no poll, however urgent its changes are. */
function urgencyOf({ lane }: SliceSpec, { isUrgent }: StreamInfo): Urgency {
  if (!isUrgent) return "bulk";
  return lane === "delta" ? "poll" : "soon";
}

function warningsOf(state: StreamState, unnamed: readonly ProjectRef[]): string[] {
  const warnings = state.adaptation.warnings();
  if (state.partialWarning !== null) warnings.push(state.partialWarning);
  if (state.isRead && unnamed.length > 0) warnings.push(limitWarning(unnamed));
  return warnings;
}

function limitWarning(projects: readonly ProjectRef[]): string {
  const ids = projects.map(({ id }) => id).join(",");
  return `the service account sees only ${describeProjects(projects)}; if that is wanted, say so: weir integration edit NAME --projects ${ids}`;
}

const mostNamed = 5;

/** `projects Payments, Retail and 3 more` */
function describeProjects(projects: readonly ProjectRef[]): string {
  const names = projects.slice(0, mostNamed).map(({ name }) => name);
  const more = projects.length - names.length;
  return `${projects.length === 1 ? "project" : "projects"} ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function partialWarning(partial: readonly GraphqlError[]): string | null {
  const [first] = partial;
  if (first === undefined) return null;
  return `Wiz left out parts of the records (${first.message.slice(0, 200)}, at ${first.path.join(".")})`;
}

const dayMs = 86_400_000;

function deletionsOf({ info, deletions }: WizStream, now: IsoTime): SliceSpec[] {
  if (deletions === undefined) return [];
  const { clock, days } = deletions;
  const after = new Date(Date.parse(now) - days * dayMs).toISOString();
  return [{ stream: info.name, lane: "full", clock, part: "deleted", after, before: null, isExtra: true }];
}
