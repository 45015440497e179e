import { Button, Checkbox, Group, Stepper, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { ApiError } from "../../../api/client.ts";
import type { Connector } from "../../../api/connectors.ts";
import { Failure } from "../../../kit/states.tsx";
import { wizardSteps } from "../form/draft.ts";
import { TestPanel } from "../form/test-panel.tsx";
import { Basics } from "./basics.tsx";
import { Rules } from "./rules.tsx";
import { Schedule } from "./schedule.tsx";
import { Summary } from "./summary.tsx";
import { useWizard, type Wizard } from "./use-wizard.ts";
import classes from "./wizard.module.css";

const titles = ["Basic details", "Schedule and scope", "Identification rules"];

export function WizardForm({ connector }: { connector: Connector }) {
  const wizard = useWizard(connector);
  const [isSecretForgotten] = useState(wizard.draft.clientId !== "" && wizard.clientSecret === "");
  const isPhone = useMediaQuery("(max-width: 48em)") ?? false;
  const { at, furthest, goTo } = wizard;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (at === 2) wizard.save();
        else wizard.next();
      }}
    >
      <Stepper
        active={at}
        onStepClick={(step) => goTo(wizardSteps[step] ?? "basics")}
        size="xs"
        iconSize={26}
        wrap={false}
        allowNextStepsSelect={false}
        aria-label="Steps"
      >
        {titles.map((title, step) => (
          <Stepper.Step
            key={title}
            // On a phone there is room for one name.
            label={isPhone && step !== at ? undefined : title}
            aria-label={isPhone && step !== at ? `${step + 1} ${title}` : undefined}
            allowStepSelect={step <= furthest}
          />
        ))}
      </Stepper>
      <div className={classes.step}>
        {at === 0 && <BasicsStep connector={connector} wizard={wizard} isSecretForgotten={isSecretForgotten} />}
        {at === 1 && (
          <Schedule
            connector={connector}
            draft={wizard.draft}
            onChange={wizard.change}
            errors={wizard.errorsOf("schedule")}
            run={wizard.verdict.kind === "outdated" ? null : wizard.tester.run}
          />
        )}
        {at === 2 && <RulesStep connector={connector} wizard={wizard} />}
      </div>
      <Foot wizard={wizard} />
    </form>
  );
}

interface StepProps {
  connector: Connector;
  wizard: Wizard;
}

function BasicsStep({ connector, wizard, isSecretForgotten }: StepProps & { isSecretForgotten: boolean }) {
  const { draft, clientSecret, verdict, tester } = wizard;
  return (
    <>
      {isSecretForgotten && clientSecret === "" && (
        <Text fz="sm" mb="xs" className={classes.note}>
          What you typed before is here again, but for the client secret: it is kept nowhere until you save. Enter it
          again.
        </Text>
      )}
      <Basics
        connector={connector}
        draft={draft}
        onChange={wizard.change}
        clientSecret={clientSecret}
        onSecret={wizard.changeSecret}
        errors={wizard.errorsOf("basics")}
      />
      <div style={{ maxWidth: 760 }}>
        <TestPanel run={tester.run} verdict={verdict} onTest={wizard.test} onStop={tester.stop}>
          {wizard.isTried && !["passed", "partial", "running"].includes(verdict.kind) && <Override wizard={wizard} />}
        </TestPanel>
      </div>
    </>
  );
}

/** A test must pass, or somebody says that they know. */
function Override({ wizard }: { wizard: Wizard }) {
  return (
    <Checkbox
      mt="md"
      size="sm"
      checked={wizard.isAccepted}
      onChange={(event) => wizard.accept(event.currentTarget.checked)}
      label="Save without a passing test"
      description="Nothing comes in until the connection works. Weir goes on trying by itself, and the tile says what is wrong."
    />
  );
}

function RulesStep({ connector, wizard }: StepProps) {
  const { verdict, create } = wizard;
  const isAtField = create.error instanceof ApiError && create.error.field !== undefined;
  return (
    <>
      <Rules
        value={wizard.draft.identificationRules}
        onChange={(identificationRules) => wizard.change({ identificationRules })}
        error={wizard.errorsOf("rules").identificationRules}
      />
      <Summary connector={connector} draft={wizard.draft} verdict={verdict} />
      {verdict.kind === "partial" && (
        <Checkbox
          mt="md"
          size="sm"
          checked={wizard.isAccepted}
          onChange={(event) => wizard.accept(event.currentTarget.checked)}
          label="Save although not everything can be read"
          description="The rest comes in, and the tile warns until the permission is there or the stream is switched off."
        />
      )}
      {create.error !== null && !isAtField && (
        <div style={{ marginTop: 16 }}>
          <Failure error={create.error} title="It was not saved" />
        </div>
      )}
    </>
  );
}

function Foot({ wizard }: { wizard: Wizard }) {
  const { at, verdict, create, goTo, startAnew } = wizard;
  const isLast = at === 2;
  return (
    <Group className={classes.foot} justify="space-between" gap="sm">
      <Button variant="subtle" color="gray" onClick={startAnew}>
        Start anew
      </Button>
      <Group gap="sm">
        {at > 0 && (
          <Button variant="default" onClick={() => goTo(wizardSteps[at - 1] ?? "basics")}>
            Back
          </Button>
        )}
        {isLast ? (
          <Button type="submit" loading={create.isPending} disabled={!wizard.isAcceptedForSave}>
            Save
          </Button>
        ) : (
          <Button type="submit" disabled={verdict.kind === "running"}>
            Next
          </Button>
        )}
      </Group>
    </Group>
  );
}
