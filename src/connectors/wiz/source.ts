import { WizUnavailableError } from "../../errors.ts";
import type { StreamName } from "../../model.ts";
import type { Connection, SliceSpec, Source, SourceDeps, SourcePage, StreamInfo } from "../connector.ts";
import { openAccount, wizAccount } from "./account.ts";
import { type GraphqlError, SchemaDriftError } from "./answer.ts";
import { createWizClient } from "./client.ts";
import { dropRefusedFields, isAboutOrder } from "./drift.ts";
import { createPageSize, type PageSize } from "./page-size.ts";
import { pageVariables, readPage } from "./paginate.ts";
import type { Urgency } from "./queue.ts";
import { wizStreams } from "./streams/all.ts";
import type { WizStream } from "./streams/stream.ts";
import { createVisibility } from "./visibility.ts";

/** What was learned of one stream while it was read. */
interface StreamState {
  stream: WizStream;
  pageSize: PageSize;
  /** The stream's document, without what Wiz refused. */
  document: string;
  isUnordered: boolean;
  driftWarnings: string[];
  /** Of the newest page; `null` when it was whole. */
  partialWarning: string | null;
}

interface Asking {
  spec: SliceSpec;
  cursor: string | null;
  /** Records to ask for; without it what was learned to be best. */
  size?: number;
}

/** One open connection to a tenant: its service account's governor and token, and page sizes of its own. */
export function openSource(connection: Connection, deps: SourceDeps): Source {
  const { governor, tokensOf } = wizAccount(deps.account ?? openAccount(deps));
  const client = createWizClient(connection, tokensOf(connection), deps);
  const states = new Map<StreamName, StreamState>(
    Object.values(wizStreams).map((stream) => [stream.info.name, newState(stream)]),
  );

  async function ask(state: StreamState, { spec, cursor, size }: Asking, signal: AbortSignal) {
    const first = size ?? state.pageSize.current();
    const request = { spec, cursor, first, projects: connection.projects ?? [], isUnordered: state.isUnordered };
    const { info } = state.stream;
    const query = {
      document: state.document,
      variables: pageVariables(state.stream, request),
      subject: info.name,
      scopes: info.scopes,
    };
    try {
      const { data, partial } = await client.query(query, signal);
      const page = readPage(state.stream, cursor, data);
      if (size === undefined) state.pageSize.grow(first);
      notePartial(state, partial);
      return page;
    } catch (error) {
      const isLearning = size === undefined && error instanceof WizUnavailableError && error.isTooHeavy;
      if (isLearning) state.pageSize.shrink(first);
      throw error;
    }
  }

  async function fetchPage(asking: Asking, signal: AbortSignal): Promise<SourcePage> {
    const state = states.get(asking.spec.stream)!;
    const { info } = state.stream;
    try {
      return await governor.run({
        urgency: urgencyOf(asking.spec, info),
        signal,
        attempt: () => ask(state, asking, signal),
        onRetry: (error, waitMs) =>
          deps.log.warn(
            { stream: info.name, waitMs: Math.round(waitMs) },
            `${info.name}: ${error.message}; trying again in ${(waitMs / 1000).toFixed(1)} s`,
          ),
      });
    } catch (error) {
      // What Wiz no longer knows was taken out of the query, so this does not go round for ever.
      if (error instanceof SchemaDriftError && adapt(state, error, deps)) return fetchPage(asking, signal);
      throw error;
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
    plan: (stream, lane, { after, before }) =>
      wizStreams[stream].questions[lane].map((question) => ({ stream, lane, ...question, after, before })),
    page: (spec, cursor, signal) => fetchPage({ spec, cursor }, signal),
    async count(spec, signal) {
      const { count } = await fetchPage({ spec, cursor: null, size: 1 }, signal);
      return count ?? { value: 0, isCapped: false };
    },
    isCuttable: (stream) => wizStreams[stream].isCuttable,
    visibility: createVisibility(connection, { client, governor, now: deps.now }),
    state: () => ({
      ...governor.state(),
      pageSizes: Object.fromEntries([...states].map(([name, state]) => [name, state.pageSize.current()])),
      warnings: Object.fromEntries(
        [...states]
          .map(([name, state]) => [name, warningsOf(state)] as const)
          .filter(([, warnings]) => warnings.length > 0),
      ),
    }),
  };
}

/** The whole of a stream is no poll, however urgent its changes are. */
function urgencyOf({ lane }: SliceSpec, { isUrgent }: StreamInfo): Urgency {
  if (!isUrgent) return "bulk";
  return lane === "delta" ? "poll" : "soon";
}

function warningsOf(state: StreamState): string[] {
  return state.partialWarning === null ? state.driftWarnings : [...state.driftWarnings, state.partialWarning];
}

function newState(stream: WizStream): StreamState {
  return {
    stream,
    pageSize: createPageSize(stream.bestPageSize),
    document: stream.document,
    isUnordered: false,
    driftWarnings: [],
    partialWarning: null,
  };
}

/** Asks for less where Wiz knows less. `false`: nothing can be left out. */
function adapt(state: StreamState, error: SchemaDriftError, deps: SourceDeps): boolean {
  const { info, requiredFields } = state.stream;
  const warn = (warning: string) => {
    state.driftWarnings.push(warning);
    deps.log.warn({ stream: info.name }, warning);
    return true;
  };
  const trimmed = dropRefusedFields(state.document, error.errors, requiredFields);
  if (trimmed !== null) {
    state.document = trimmed.document;
    return warn(`${info.name}: Wiz no longer knows ${trimmed.dropped.join(", ")}; read without it`);
  }
  if (!isAboutOrder(error.errors) || state.isUnordered) return false;
  state.isUnordered = true;
  return warn(`${info.name}: Wiz refuses the order that was asked for; read in its own order`);
}

function notePartial(state: StreamState, partial: readonly GraphqlError[]): void {
  const first = partial[0];
  state.partialWarning =
    first === undefined
      ? null
      : `${state.stream.info.name}: Wiz left out parts of the records (${first.message.slice(0, 200)}, at ${first.path.join(".")})`;
}
