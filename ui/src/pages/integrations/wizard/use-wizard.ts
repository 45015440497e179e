import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { streamNames } from "../../../../../src/model.ts";
import { ApiError } from "../../../api/client.ts";
import type { Connector } from "../../../api/connectors.ts";
import { useCreateIntegration } from "../../../api/integration-changes.ts";
import { useIntegrations } from "../../../api/integrations.ts";
import { useGo } from "../../../kit/link.tsx";
import { hrefs } from "../../../places.ts";
import {
  basicsErrors,
  type Draft,
  enabledStreams,
  entryOf,
  type FieldErrors,
  scheduleErrors,
  stepOfField,
  type WizardStep,
  wizardSteps,
} from "../form/draft.ts";
import { useDraft } from "../form/draft-store.ts";
import { verdictOf } from "../form/test-view.ts";
import { useEndpoint } from "../form/use-endpoint.ts";
import { useTest } from "../form/use-test.ts";

/** All that the wizard knows, and what can be done with it. */
export function useWizard(connector: Connector) {
  const { draft, change, clientSecret, changeSecret, forget } = useDraft(connector);
  const { step = "basics" } = useSearch({ strict: false }) as { step?: string };
  const names = useIntegrations().items.map(({ name }) => name);
  const endpoint = useEndpoint(connector, draft.apiEndpoint, draft.tokenUrl);
  const tester = useTest();
  const create = useCreateIntegration();
  const go = useGo();
  /** Steps that somebody tried to leave: from then on their fields say what is wrong. */
  const [tried, setTried] = useState<readonly WizardStep[]>([]);
  const [accepted, setAccepted] = useState<string | null>(null);

  // Without the projects: they are named in the next step, which must not take anyone back to this one.
  const of = JSON.stringify([draft.apiEndpoint, draft.tokenUrl, draft.clientId, clientSecret]);
  const verdict = verdictOf(tester.run, of, enabledStreams(draft.streams));
  /** What somebody would save knowingly: another connection or another verdict is another question. */
  const question = `${verdict.kind} ${verdict.text} ${of}`;
  const isAccepted = accepted === question;
  const addressError: FieldErrors =
    endpoint.answer?.ok === false && endpoint.isCurrent
      ? { [endpoint.answer.field === "tokenUrl" ? "tokenUrl" : "apiEndpoint"]: endpoint.answer.message }
      : {};
  const own = {
    basics: { ...addressError, ...basicsErrors(draft, clientSecret, names) },
    schedule: scheduleErrors(draft),
    rules: {},
  };
  const isStepFine = (one: WizardStep) => Object.keys(own[one]).length === 0;
  const mayLeaveBasics =
    isStepFine("basics") && (["passed", "partial"].includes(verdict.kind) || isAccepted || accepted === of);
  const furthest = !mayLeaveBasics ? 0 : isStepFine("schedule") ? 2 : 1;
  const wanted = wizardSteps.indexOf(step as WizardStep);
  const at = Math.max(0, Math.min(wanted, furthest));
  const errorsOf = (one: WizardStep): FieldErrors => ({
    ...(tried.includes(one) && own[one]),
    ...fieldErrorOf(create.error),
    ...(tester.run?.of === of && fieldErrorOf(tester.run.error)),
  });
  const goTo = (one: WizardStep, options?: { replace: boolean }) =>
    go(hrefs.newIntegration(connector.shortName, one), options);

  return {
    draft,
    clientSecret,
    at,
    furthest,
    verdict,
    isAccepted,
    tester,
    create,
    errorsOf,
    isTried: tried.includes("basics"),
    goTo,
    accept: (isYes: boolean) => setAccepted(isYes ? question : null),
    change: (part: Partial<Draft>) => {
      create.reset();
      change(part);
    },
    changeSecret: (secret: string) => {
      create.reset();
      changeSecret(secret);
    },
    test() {
      const { name: _name, ...missing } = { ...basicsErrors(draft, clientSecret, []), ...addressError };
      if (Object.keys(missing).length > 0) return setTried(["basics", ...tried]);
      const { apiEndpoint, tokenUrl, clientId, projects } = entryOf(connector, draft, clientSecret);
      const body = { connector: connector.id, apiEndpoint, tokenUrl, clientId, clientSecret, projects };
      tester.start({ integrationId: null, body: { ...body, streams: [...streamNames] } }, streamNames, of);
    },
    next() {
      const here = wizardSteps[at] ?? "basics";
      setTried([here, ...tried]);
      const following = wizardSteps[at + 1];
      if (following === undefined || furthest <= at) return;
      // Whoever accepts a failing test accepts it for this connection, whatever streams are chosen afterwards.
      if (isAccepted) setAccepted(here === "basics" ? of : accepted);
      goTo(following);
    },
    save() {
      create.mutate(entryOf(connector, draft, clientSecret), {
        onSuccess: ({ id }) => {
          forget();
          go(hrefs.integration(id));
        },
        onError: (error) => {
          if (error instanceof ApiError && error.field !== undefined) goTo(stepOfField(error.field));
        },
      });
    },
    isAcceptedForSave: verdict.kind === "passed" || isAccepted || (accepted === of && verdict.kind !== "partial"),
    startAnew() {
      forget();
      tester.stop();
      create.reset();
      setTried([]);
      setAccepted(null);
      goTo("basics", { replace: true });
    },
  };
}

export type Wizard = ReturnType<typeof useWizard>;

function fieldErrorOf(error: unknown): FieldErrors {
  return error instanceof ApiError && error.field !== undefined ? { [error.field]: error.message } : {};
}
