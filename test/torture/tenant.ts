import { type EmulatorProcess, startEmulatorProcess } from "../../src/cli/emulator-process.ts";
import type { FaultSpec } from "../../src/emulator/http/faults.ts";
import { defaultScopes } from "../../src/emulator/options.ts";
import type { RecordKind } from "../../src/model.ts";
import { readTruth, readVanished, type TruthLine } from "../truth.ts";
import { nameOf } from "./deleted.ts";

export interface TenantOptions {
  findings: number;
  seed: number;
  clientId: string;
  secret: string;
  /** More options of `weir emulator`. */
  args?: readonly string[];
}

/** A Wiz tenant in a process of its own, and the hand that breaks it. */
export interface Tenant {
  url: string;
  host: string;
  clientId: string;
  /** The secret that is good now. */
  secret(): string;
  setFaults(faults: readonly FaultSpec[]): Promise<void>;
  withdraw(scopes: readonly string[]): Promise<void>;
  rotate(secret: string): Promise<void>;
  /** Moves the clock; the tenant lives meanwhile. Gives the number of events. */
  advance(seconds: number): Promise<number>;
  /** How often faults struck since they were set. */
  struck(): Promise<number>;
  /** Records disappear without a trace. Gives the number of those of this kind that did. */
  vanish(kind: RecordKind, count: number, seed: number): Promise<number>;
  /** All of a kind that had disappeared are back. Gives their number. */
  restore(kind: RecordKind): Promise<number>;
  /** Names of all records that had disappeared at some time: `vulnerability <id>`. */
  everVanished(): ReadonlySet<string>;
  /** Limits the service account to projects, or no longer (`null`). */
  limit(projects: readonly string[] | null): Promise<void>;
  truth(): Promise<TruthLine[]>;
  /** The records that are not there any more, as they were. */
  vanished(): Promise<TruthLine[]>;
  stop(): Promise<void>;
}

export async function startTenant(options: TenantOptions): Promise<Tenant> {
  const { clientId, findings, seed, args = [] } = options;
  let { secret } = options;
  const emulator: EmulatorProcess = await startEmulatorProcess([
    ...["--port", "0", "--findings", String(findings), "--seed", String(seed)],
    ...["--client-id", clientId, "--client-secret", secret],
    ...args,
  ]);
  const { url, host, stop } = emulator;
  const control = createControl(url);
  const everVanished = new Set<string>();
  const vanished = () => readVanished(url);
  return {
    url,
    host,
    clientId,
    secret: () => secret,
    setFaults: async (faults) => void (await control("faults", { faults })),
    withdraw: async (scopes) =>
      void (await control("scopes", { scopes: defaultScopes.filter((scope) => !scopes.includes(scope)) })),
    async rotate(next) {
      await control("secret", { secret: next });
      secret = next;
    },
    advance: async (advanceSeconds) => Number((await control("clock", { advanceSeconds })).events ?? 0),
    async struck() {
      const { faults } = (await control("faults", undefined)) as { faults: { struck: number }[] };
      return faults.reduce((sum, fault) => sum + fault.struck, 0);
    },
    async vanish(kind, count, seed) {
      const { ids } = await control("vanish", { kind, count, seed });
      // Findings go with their asset, so the answer does not name all.
      for (const line of await vanished()) everVanished.add(nameOf(line));
      return (ids as string[]).length;
    },
    restore: async (kind) => ((await control("restore", { kind })).ids as string[]).length,
    everVanished: () => everVanished,
    limit: async (projects) => void (await control("projects", { projects })),
    truth: () => readTruth(url),
    vanished,
    stop,
  };
}

type Control = (path: string, body: unknown) => Promise<Record<string, unknown>>;

function createControl(url: string): Control {
  return async (path, body) => {
    const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(`${url}/emulator/${path}`, body === undefined ? {} : post);
    if (!answer.ok) throw new Error(`the emulator refused ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
}
