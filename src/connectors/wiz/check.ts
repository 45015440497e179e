import { AppError, errorText, WizAuthError, WizPermissionError } from "../../errors.ts";
import type { StreamName } from "../../model.ts";
import type { CheckStep, Connection, SourceDeps, Visibility } from "../connector.ts";
import { type Adaptation, createAdaptation } from "./adaptation.ts";
import { LicenceMissingError, ProjectsWantedError, SchemaDriftError } from "./answer.ts";
import { createTokenSource } from "./auth.ts";
import { createWizClient, type WizClient } from "./client.ts";
import { dataCentreOf } from "./endpoint.ts";
import { pageVariables, readPage } from "./paginate.ts";
import { describePermissions } from "./permissions.ts";
import { wizStreams } from "./streams/all.ts";
import type { WizQuestion } from "./streams/stream.ts";
import { exchange } from "./transport.ts";
import { readVisibility, unknownVisibility, question as visibilityQuestion } from "./visibility.ts";

const networkTimeoutMs = 15_000;

/** Tries a connection step by step and stores nothing. Stops after a step without which the next ones mean nothing. */
export async function* checkConnection(
  connection: Connection,
  streams: readonly StreamName[],
  deps: SourceDeps,
): AsyncGenerator<CheckStep> {
  yield describeEndpoint(connection);
  const network = await checkNetwork(connection, deps);
  yield network;
  if (!network.ok) return;
  const token = await checkToken(connection, deps);
  yield token;
  if (!token.ok) return;
  const client = createWizClient(connection, createTokenSource(connection, deps), deps);
  const visibility = await see(client, connection);
  yield describePermissions(connection, streams, visibility);
  const projects = connection.projects?.length ? connection.projects : (visibility.projects ?? []).map(({ id }) => id);
  for (const stream of streams) yield await checkStream(client, projects, stream, deps);
}

function describeEndpoint(connection: Connection): CheckStep {
  return {
    name: "endpoint",
    ok: true,
    message: `${connection.apiUrl}, token from ${connection.tokenUrl} (audience ${connection.audience})`,
    hint: null,
  };
}

/** W-14: any answer at all says that name, port and certificate are right. Wiz answers POST only, so this one is odd. */
async function checkNetwork(connection: Connection, deps: SourceDeps): Promise<CheckStep> {
  const urls = [...new Set([connection.apiUrl, connection.tokenUrl])];
  const transport = { fetch: deps.fetch, timeoutMs: networkTimeoutMs };
  try {
    for (const url of urls) await exchange(transport, url, { method: "GET" }, new AbortController().signal);
  } catch (error) {
    return failure("network", error, networkHint);
  }
  const hosts = [...new Set(urls.map((url) => new URL(url).host))];
  return {
    name: "network",
    ok: true,
    message: `${hosts.join(" and ")} ${hosts.length === 1 ? "answers" : "answer"}`,
    hint: null,
  };
}

const networkHint =
  "The data centre is in the Wiz portal under user icon → Tenant Info → Data Center and Regions. Port 443 to the API host and the token host must be open, through HTTPS_PROXY if you have one.";

async function checkToken(connection: Connection, deps: SourceDeps): Promise<CheckStep> {
  try {
    const token = await createTokenSource(connection, deps).get(new AbortController().signal);
    return describeToken(connection, readDataCentre(token));
  } catch (error) {
    return failure(
      "token",
      error,
      error instanceof WizAuthError
        ? "In Wiz: Settings → Service Accounts. A secret is shown once; when in doubt, rotate it and paste the new one."
        : null,
    );
  }
}

/** Wiz writes the tenant's data centre into its tokens: the surest word on which endpoint is right. */
function describeToken(connection: Connection, dataCentre: string | null): CheckStep {
  const entered = dataCentreOf(connection.apiUrl);
  if (dataCentre === null || entered === null || dataCentre === entered) {
    return { name: "token", ok: true, message: "the credentials are accepted", hint: null };
  }
  const right = new URL(connection.apiUrl).origin.replace(`api.${entered}.`, `api.${dataCentre}.`);
  return {
    name: "token",
    ok: false,
    message: `the credentials are accepted, but your tenant is in data centre ${dataCentre} and the API endpoint is that of ${entered}`,
    hint: `Enter ${right} as the API endpoint.`,
  };
}

function readDataCentre(token: string): string | null {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as { dc?: unknown };
    return typeof claims.dc === "string" ? claims.dc : null;
  } catch {
    // Not every token is a JWT; this one says nothing of its data centre.
    return null;
  }
}

/** What may not be read is unknown: a preflight is a courtesy and no condition. */
async function see(client: WizClient, connection: Connection): Promise<Visibility> {
  const signal = new AbortController().signal;
  try {
    return await readVisibility(
      (variables) => client.query({ ...visibilityQuestion, variables }, signal),
      connection.clientId,
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return unknownVisibility;
  }
}

async function checkStream(
  client: WizClient,
  projects: readonly string[],
  name: StreamName,
  deps: SourceDeps,
): Promise<CheckStep> {
  const adaptation = createAdaptation(wizStreams[name], deps.now);
  try {
    const counts: (number | null)[] = [];
    for (const question of wizStreams[name].questions.full)
      counts.push(await countOf({ client, projects, adaptation }, name, question));
    const count = counts.includes(null) ? null : counts.reduce<number>((sum, n) => sum + (n ?? 0), 0);
    return describeCount(name, count, adaptation.warnings());
  } catch (error) {
    return failure(name, error, hintFor(error));
  }
}

interface Counting {
  client: WizClient;
  projects: readonly string[];
  adaptation: Adaptation;
}

/** What Wiz counts for one part of a stream: the lightest query there is, one record and the count. */
async function countOf({ client, projects, adaptation }: Counting, name: StreamName, question: WizQuestion) {
  const stream = wizStreams[name];
  const spec = { stream: name, lane: "full", ...question, after: null, before: null } as const;
  for (;;) {
    const asked = adaptation.current();
    const variables = pageVariables(stream, { spec, cursor: null, first: 1, projects, asked });
    const query = { document: asked.document, variables, subject: name, scopes: stream.info.scopes };
    try {
      const { data } = await client.query(query, new AbortController().signal);
      return readPage(stream, null, data).count?.value ?? null;
    } catch (error) {
      if (!(error instanceof SchemaDriftError)) throw error;
      if (adaptation.refused(asked, error.errors, stream.filter(spec, [])).next === "stop") throw error;
    }
  }
}

function describeCount(name: StreamName, count: number | null, warnings: readonly string[]): CheckStep {
  if (count !== 0) {
    const number = count === null ? "" : `, Wiz counts ${count.toLocaleString("en-US")}`;
    const hint = warnings.length === 0 ? null : `${warnings.join(". ")}. See whether there is a newer Weir.`;
    return { name, ok: true, message: `${name} can be read${number}`, hint };
  }
  return {
    name,
    ok: true,
    message: `${name} can be read, but Wiz has none that this service account may see`,
    hint: "That can be right. If not: see that cloud accounts are connected in Wiz (Settings → Cloud Accounts), that the console shows some, that the integration is enabled, and read the last 100 log lines. A service account limited to some projects sees only theirs.",
  };
}

function hintFor(error: unknown): string | null {
  if (error instanceof LicenceMissingError)
    return "This is a matter of what your tenant has bought, not of permissions. The other streams go on without this one.";
  if (error instanceof ProjectsWantedError)
    return "The projects are in Wiz under Settings → Service Accounts → your account.";
  if (error instanceof WizPermissionError)
    return "In Wiz: Settings → Service Accounts → your account → edit its permissions. The other streams go on without this one.";
  return null;
}

/** @throws what is no failure of the connection but of Weir */
function failure(name: string, error: unknown, hint: string | null): CheckStep {
  if (!(error instanceof AppError)) throw error;
  return { name, ok: false, message: error instanceof WizAuthError ? error.message : errorText(error), hint };
}
