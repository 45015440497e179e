import { PasswordInput, Skeleton, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Connector } from "../../../api/connectors.ts";
import { useEditIntegration } from "../../../api/integration-changes.ts";
import type { Integration } from "../../../api/types.ts";
import { enabledStreams } from "../form/draft.ts";
import { EndpointField } from "../form/endpoint-field.tsx";
import { TestPanel } from "../form/test-panel.tsx";
import { verdictOf } from "../form/test-view.ts";
import { TokenUrlField } from "../form/token-url-field.tsx";
import { useEndpoint } from "../form/use-endpoint.ts";
import { useTest } from "../form/use-test.ts";
import { type ConnectionForm, connectionEdits, isEmpty, needsSecret } from "./edits.ts";
import { fieldErrors, SaveBar } from "./save-bar.tsx";

interface ConnectionSettingsProps {
  integration: Integration;
  connector: Connector;
}

export function ConnectionSettings({ integration, connector }: ConnectionSettingsProps) {
  const { apiEndpoint, tokenUrl, clientId } = integration;
  const { answer, error } = useEndpoint(connector, apiEndpoint);
  if (answer === null && error === null) return <Skeleton height={240} maw={560} />;
  // One that follows from the endpoint goes on following it.
  const isFollowing = answer?.ok === true && answer.tokenUrl === tokenUrl;
  const stored = { apiEndpoint, tokenUrl: isFollowing ? "" : tokenUrl, clientId };
  return (
    <ConnectionFields key={integration.updatedAt} integration={integration} connector={connector} stored={stored} />
  );
}

function ConnectionFields({ integration, connector, stored }: ConnectionSettingsProps & { stored: ConnectionForm }) {
  const [form, setForm] = useState(stored);
  const [clientSecret, setSecret] = useState("");
  const edit = useEditIntegration(integration.id);
  const tester = useTest();
  const { answer } = useEndpoint(connector, form.apiEndpoint, form.tokenUrl);
  const edits = connectionEdits(stored, form, clientSecret);
  const isElsewhere =
    answer?.ok === true &&
    needsSecret(integration, { apiEndpoint: answer.apiEndpoint, tokenUrl: answer.tokenUrl, clientId: form.clientId });
  const streams = enabledStreams(integration.streams);
  const of = JSON.stringify(edits);
  const errors = { ...fieldErrors(edit.error), ...(tester.run?.of === of && fieldErrors(tester.run.error)) };
  const change = (part: Partial<ConnectionForm>) => {
    edit.reset();
    setForm({ ...form, ...part });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        edit.mutate(edits);
      }}
    >
      <Stack gap="sm" maw={560}>
        <EndpointField
          connector={connector}
          value={form.apiEndpoint}
          onChange={(apiEndpoint) => change({ apiEndpoint })}
          error={errors.apiEndpoint}
        />
        <TextInput
          label="Client ID"
          value={form.clientId}
          onChange={(event) => change({ clientId: event.currentTarget.value })}
          error={errors.clientId}
          autoComplete="off"
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mono)", fontSize: 13 } }}
        />
        {(isElsewhere || clientSecret !== "" || errors.clientSecret !== undefined) && (
          <PasswordInput
            label="Client Secret"
            required
            value={clientSecret}
            onChange={(event) => {
              edit.reset();
              setSecret(event.currentTarget.value);
            }}
            description="The stored one goes to no other host, and with no other client ID: enter the one that belongs here."
            error={errors.clientSecret}
            autoComplete="new-password"
          />
        )}
        <TokenUrlField
          connector={connector}
          apiEndpoint={form.apiEndpoint}
          value={form.tokenUrl}
          onChange={(tokenUrl) => change({ tokenUrl })}
          error={errors.tokenUrl}
        />
      </Stack>
      <div style={{ maxWidth: 760, marginTop: 16 }}>
        <TestPanel
          run={tester.run}
          verdict={verdictOf(tester.run, of, streams)}
          onTest={() => tester.start({ integrationId: integration.id, body: { ...edits, streams } }, streams, of)}
          onStop={tester.stop}
        />
      </div>
      <SaveBar
        isChanged={!isEmpty(edits)}
        isPending={edit.isPending}
        isSaved={edit.isSuccess}
        error={edit.error}
        effect={
          edits.apiEndpoint === undefined && edits.clientId === undefined
            ? null
            : "Another tenant or service account: runs that are going on are stopped, and everything is fetched again. What it no longer sees is not taken for gone without your word."
        }
        onDiscard={() => {
          setSecret("");
          change(stored);
        }}
      />
    </form>
  );
}
