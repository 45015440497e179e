import { errorText } from "../errors.ts";
import { instant } from "../model.ts";
import type { By } from "../store/audit.ts";
import type { Integration } from "../store/integration.ts";
import { type RotationDeps, tryPendingSecret } from "./rotate-secret.ts";

export interface SecretTrials {
  /** Begins to try the integration's new secret, if one waits and its time has come. */
  tend(integration: Integration): void;
  abandon(): void;
  settled(): Promise<void>;
}

/** Whoever entered it tries it first. */
const firstTrialMs = 10_000;
const trialIntervalMs = 60_000;
/** After so long it is rather a mistake than not known yet. */
const oftenForMs = 3_600_000;
const rareIntervalMs = 15 * 60_000;

const weir: By = { actor: { type: "system", id: null, name: "weir" }, address: null };

/** Secrets that did not work when they were entered: Wiz may not have known them yet, or not have answered. */
export function createSecretTrials(deps: RotationDeps): SecretTrials {
  const trials = new Map<string, Promise<void>>();
  const ending = new AbortController();

  async function attempt({ id, name }: Integration): Promise<void> {
    const log = deps.log.child({ integrationId: id });
    try {
      const outcome = await tryPendingSecret(deps, id, weir, ending.signal);
      if (outcome === "taken") log.info(`integration "${name}": the new client secret works and took over`);
    } catch (error) {
      if (!ending.signal.aborted)
        log.warn({ err: error }, `integration "${name}": the new secret could not be tried: ${errorText(error)}`);
    }
  }

  return {
    tend(integration) {
      if (trials.has(integration.id) || ending.signal.aborted || !isDue(integration, deps.now())) return;
      trials.set(
        integration.id,
        attempt(integration).finally(() => trials.delete(integration.id)),
      );
    },
    abandon: () => ending.abort(),
    async settled() {
      await Promise.all(trials.values());
    },
  };
}

function isDue({ pendingSince, pendingTriedAt }: Integration, now: number): boolean {
  const since = instant(pendingSince);
  if (since === null) return false;
  const tried = instant(pendingTriedAt);
  if (tried === null) return now >= since + firstTrialMs;
  return now >= tried + (tried < since + oftenForMs ? trialIntervalMs : rareIntervalMs);
}
