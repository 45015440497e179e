import { Button, Group, Loader, Progress, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { IdentificationRule } from "../../../../../src/model.ts";
import { defaultsOf, type RuleInfo, rulesQuery, useDryRun } from "../../../api/identification.ts";
import { useEditIntegration } from "../../../api/integration-changes.ts";
import { integrationsQuery } from "../../../api/integrations.ts";
import type { Integration } from "../../../api/types.ts";
import { numberText } from "../../../kit/numbers.ts";
import { Failure, RowSkeletons } from "../../../kit/states.tsx";
import { isSameRules } from "../form/rules-choice.ts";
import { RulesField } from "../form/rules-field.tsx";
import { RulesLead } from "../wizard/rules.tsx";
import { DryRunResult } from "./dry-run.tsx";
import { fieldErrors, SaveBar } from "./save-bar.tsx";

/** which rules are on, what a change of them would do, and how far it is done. */
export function RulesSettings({ integration }: { integration: Integration }) {
  const { data: rules, error, refetch } = useQuery(rulesQuery);
  if (rules !== undefined) return <RulesForm integration={integration} rules={rules} />;
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  return <RowSkeletons rows={9} />;
}

function RulesForm({ integration, rules }: { integration: Integration; rules: readonly RuleInfo[] }) {
  const stored = integration.identificationRules;
  const [chosen, setChosen] = useState<readonly IdentificationRule[]>(stored);
  const [tried, setTried] = useState<readonly IdentificationRule[] | null>(null);
  const dryRun = useDryRun(integration.id);
  const edit = useEditIntegration(integration.id);
  const isChanged = !isSameRules(chosen, stored);
  const isTried = tried !== null && isSameRules(tried, chosen) && dryRun.isSuccess;
  const choose = (some: readonly IdentificationRule[]) => {
    edit.reset();
    setChosen(some);
  };
  const tryOut = () => {
    setTried(chosen);
    dryRun.mutate(chosen);
  };
  return (
    <form
      noValidate
      style={{ maxWidth: 760 }}
      onSubmit={(event) => {
        event.preventDefault();
        edit.mutate({ identificationRules: [...chosen] });
      }}
    >
      <RulesLead />
      <Applying integration={integration} />
      <RulesField rules={rules} value={chosen} onChange={choose} error={fieldErrors(edit.error).identificationRules} />
      {!isSameRules(chosen, defaultsOf(rules)) && (
        <Button variant="subtle" size="compact-sm" mt="xs" ml={-8} onClick={() => choose(defaultsOf(rules))}>
          Take the defaults
        </Button>
      )}
      {isChanged && dryRun.isPending && (
        <Group gap="xs" mt="sm" role="status">
          <Loader size={16} />
          <Text fz="sm">Looking at the whole inventory. Nothing is changed by it.</Text>
        </Group>
      )}
      {isChanged && dryRun.error !== null && (
        <div style={{ marginTop: 12 }}>
          <Failure error={dryRun.error} title="It could not be tried" onRetry={tryOut} />
        </div>
      )}
      {isChanged && isTried && <DryRunResult result={dryRun.data} rules={rules} />}
      {isChanged && !isTried ? (
        <Group gap="sm" mt="sm">
          <Button onClick={tryOut} loading={dryRun.isPending}>
            See what would change
          </Button>
          <Button variant="default" onClick={() => choose(stored)}>
            Discard
          </Button>
        </Group>
      ) : (
        <SaveBar
          isChanged={isChanged}
          isPending={edit.isPending}
          isSaved={edit.isSuccess}
          error={edit.error}
          effect="Saving applies it in the background, with what is then in the inventory. Turning the rules back undoes it."
          onDiscard={() => choose(stored)}
        />
      )}
    </form>
  );
}

const pollMs = 2_000;

/** A change of rules that is on its way through the inventory. */
function Applying({ integration: { identification } }: { integration: Integration }) {
  const isOn = identification !== null && identification.pending > 0;
  useQuery({ ...integrationsQuery, refetchInterval: isOn ? pollMs : false });
  if (!isOn) return null;
  const { pending, total } = identification;
  const done = Math.max(0, total - pending);
  return (
    <div style={{ margin: "0 0 14px" }} role="status">
      <Text fz="sm" mb={4}>
        The rules are being applied: {numberText(done)} of {numberText(total)} records. Searches go on meanwhile.
      </Text>
      <Progress value={total === 0 ? 0 : (100 * done) / total} size="sm" aria-label="Records looked at" />
    </div>
  );
}
