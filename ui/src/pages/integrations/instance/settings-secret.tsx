import { Button, Checkbox, Group, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { ApiError } from "../../../api/client.ts";
import type { Connector } from "../../../api/connectors.ts";
import { useRotateSecret, useWithdrawSecret } from "../../../api/integration-changes.ts";
import type { Integration } from "../../../api/types.ts";
import { StateDot } from "../../../kit/dot.tsx";
import { Failure } from "../../../kit/states.tsx";
import { TimeAgo } from "../../../kit/time.tsx";
import { tell } from "../run-button.tsx";
import { sentence } from "../words.ts";
import { fieldErrors } from "./save-bar.tsx";
import classes from "./settings-secret.module.css";

interface SecretSettingsProps {
  integration: Integration;
  connector: Connector;
}

/** A new secret is laid beside the present one, tried, and takes over once it works. */
export function SecretSettings({ integration, connector }: SecretSettingsProps) {
  const { pendingSecret } = integration;
  return (
    <Stack gap="md" maw={560}>
      <Text fz="sm" c="dimmed">
        A new secret is tried beside the present one and takes over once it works, without a gap, also in runs that are
        going on. {connector.title} forgets the old secret when it makes a new one, so enter it here soon after.
      </Text>
      {pendingSecret !== null && <Pending integration={integration} pending={pendingSecret} />}
      <Rotate integration={integration} />
    </Stack>
  );
}

function Rotate({ integration: { id, pendingSecret } }: { integration: Integration }) {
  const [clientSecret, setSecret] = useState("");
  const [isOther, setOther] = useState(false);
  const [clientId, setClientId] = useState("");
  const rotate = useRotateSecret(id);
  const errors = fieldErrors(rotate.error);
  const isAtField = rotate.error instanceof ApiError && rotate.error.field !== undefined;
  const submit = () =>
    rotate.mutate(
      { clientSecret, ...(isOther && { clientId }) },
      {
        onSuccess: () => {
          setSecret("");
          setClientId("");
          setOther(false);
        },
      },
    );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="sm">
        <PasswordInput
          label="New client secret"
          value={clientSecret}
          onChange={(event) => {
            rotate.reset();
            setSecret(event.currentTarget.value);
          }}
          error={errors.clientSecret}
          autoComplete="new-password"
        />
        <Checkbox
          size="sm"
          label="It is of a new service account on the same tenant"
          description="It takes over when it can read every stream that the present one reads; what was fetched stays."
          checked={isOther}
          onChange={(event) => setOther(event.currentTarget.checked)}
        />
        {isOther && (
          <TextInput
            label="Its client ID"
            value={clientId}
            onChange={(event) => {
              rotate.reset();
              setClientId(event.currentTarget.value);
            }}
            error={errors.clientId}
            autoComplete="off"
            spellCheck={false}
            styles={{ input: { fontFamily: "var(--mono)", fontSize: 13 } }}
          />
        )}
        {rotate.error !== null && !isAtField && <Failure error={rotate.error} title="It was not taken" />}
        <Group gap="sm">
          <Button
            type="submit"
            loading={rotate.isPending}
            disabled={clientSecret === "" || (isOther && clientId === "")}
          >
            Rotate the secret
          </Button>
          {rotate.isSuccess && pendingSecret === null && (
            <Text fz="sm" c="var(--good)" role="status">
              It works and took over.
            </Text>
          )}
        </Group>
      </Stack>
    </form>
  );
}

interface PendingProps {
  integration: Integration;
  pending: NonNullable<Integration["pendingSecret"]>;
}

function Pending({ integration: { id, name, clientId }, pending }: PendingProps) {
  const withdraw = useWithdrawSecret(id);
  return (
    <div className={classes.pending} role="status">
      <Group gap={8} wrap="nowrap" align="baseline">
        <StateDot colour="amber" />
        <div>
          <Text fz="sm" fw={600}>
            A new secret waits since <TimeAgo at={pending.since} />
            {pending.clientId !== clientId && (
              <>
                , of the client ID <span className="mono foreign">{pending.clientId}</span>
              </>
            )}
          </Text>
          <Text fz="sm" className="foreign">
            {pending.error === null ? "It is being tried." : `It does not work yet: ${sentence(pending.error)}`}
          </Text>
          <Text fz="sm" c="dimmed">
            The present one goes on serving. Last tried <TimeAgo at={pending.triedAt} />; it is tried again every
            minute, after an hour every quarter of an hour.
          </Text>
          <Button
            variant="default"
            mt={8}
            loading={withdraw.isPending}
            onClick={() =>
              withdraw.mutate(undefined, {
                onError: (error) => tell(`The new secret of ${name} could not be withdrawn`, error),
              })
            }
          >
            Withdraw it
          </Button>
        </div>
      </Group>
    </div>
  );
}
