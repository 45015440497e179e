import { useSyncExternalStore } from "react";
import { base } from "./client.ts";
import type { IntegrationState, Run, Snapshot } from "./types.ts";

/** What happens at the server just now, as its event stream tells. */
export interface Live {
  /** `lost`: what is shown may be old; the browser tries again by itself. */
  connection: "connecting" | "live" | "lost";
  integrations: ReadonlyMap<string, IntegrationState>;
  /** Runs that are queued or running, and those that ended while we watched. */
  runs: ReadonlyMap<string, Run>;
  /** Goes up when findings, assets or signals changed. */
  inventoryVersion: number;
  /** Goes up when a run began, ended or moved on, or an integration changed. */
  integrationsVersion: number;
}

const nothing: Live = {
  connection: "connecting",
  integrations: new Map(),
  runs: new Map(),
  inventoryVersion: 0,
  integrationsVersion: 0,
};

/** A tab in the background gives its connection back after so long: over HTTP/1 a browser has six for all its tabs. */
const hiddenMs = 20_000;

let live = nothing;
const listeners = new Set<() => void>();
let source: EventSource | null = null;
let goodbye: ReturnType<typeof setTimeout> | undefined;

export function useLive(): Live {
  return useSyncExternalStore(listen, () => live);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) start();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) stop();
  };
}

function start(): void {
  document.addEventListener("visibilitychange", onVisibility);
  if (document.visibilityState === "visible") connect();
}

function stop(): void {
  document.removeEventListener("visibilitychange", onVisibility);
  clearTimeout(goodbye);
  disconnect();
  live = nothing;
}

function onVisibility(): void {
  clearTimeout(goodbye);
  if (document.visibilityState === "visible") {
    if (source === null) connect();
  } else goodbye = setTimeout(disconnect, hiddenMs);
}

function disconnect(): void {
  source?.close();
  source = null;
}

function connect(): void {
  source = new EventSource(`${base}/events`);
  source.addEventListener("error", () => {
    change({ connection: "lost" });
    // A refusal ends it for good (a session that is over, a server that starts): try again by ourselves.
    if (source?.readyState === EventSource.CLOSED) {
      disconnect();
      goodbye = setTimeout(() => listeners.size > 0 && document.visibilityState === "visible" && connect(), 5_000);
    }
  });
  on<Snapshot>("snapshot", ({ integrations, runs }) => ({
    connection: "live",
    integrations: new Map(integrations.map((one) => [one.id, one])),
    runs: new Map(runs.map((run) => [run.id, run])),
    inventoryVersion: live.inventoryVersion + 1,
    integrationsVersion: live.integrationsVersion + 1,
  }));
  on<IntegrationState>("integration", (one) => ({
    integrations: new Map(live.integrations).set(one.id, one),
    integrationsVersion: live.integrationsVersion + 1,
  }));
  on<Run>("run", (run) => ({
    runs: new Map(live.runs).set(run.id, run),
    integrationsVersion: live.integrationsVersion + 1,
  }));
  on<{ id: string }>("removed", ({ id }) => ({
    integrations: new Map([...live.integrations].filter(([key]) => key !== id)),
    integrationsVersion: live.integrationsVersion + 1,
  }));
  on<unknown>("inventory", () => ({ inventoryVersion: live.inventoryVersion + 1 }));
}

function on<T>(type: string, react: (data: T) => Partial<Live>): void {
  source?.addEventListener(type, (event) => change(react(JSON.parse((event as MessageEvent<string>).data) as T)));
}

function change(part: Partial<Live>): void {
  live = { ...live, ...part };
  for (const listener of listeners) listener();
}
