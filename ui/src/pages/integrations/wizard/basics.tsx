import { PasswordInput, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import type { Connector } from "../../../api/connectors.ts";
import { OutLink, safeHref } from "../../../kit/link.tsx";
import type { Draft, FieldErrors } from "../form/draft.ts";
import { EndpointField } from "../form/endpoint-field.tsx";
import { Row } from "../form/row.tsx";
import { TokenUrlField } from "../form/token-url-field.tsx";

interface BasicsProps {
  connector: Connector;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  clientSecret: string;
  onSecret: (secret: string) => void;
  errors: FieldErrors;
}

/** Q-23, and of the authentication the vendor's order of fields. */
export function Basics({ connector, draft, onChange, clientSecret, onSecret, errors }: BasicsProps) {
  const { title } = connector;
  return (
    <Stack gap={0}>
      <Row
        help={
          <p>
            Everything that comes in through it carries this name. You can have several integrations, also for the same
            tenant, each with a name of its own.
          </p>
        }
      >
        <Stack gap="sm">
          <TextInput
            label="Name"
            required
            value={draft.name}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
            placeholder="for example prod"
            error={errors.name}
            autoComplete="off"
            data-autofocus
          />
          <Textarea
            label="Description"
            value={draft.description}
            onChange={(event) => onChange({ description: event.currentTarget.value })}
            placeholder="Whose tenant it is, and whom to ask about it"
            autosize
            minRows={1}
            maxRows={5}
            size="sm"
            error={errors.description}
          />
        </Stack>
      </Row>
      <Row
        help={
          <>
            <p>
              <b>Where do I find it?</b>
            </p>
            <ol>
              {connector.endpoint.whereToFindIt.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ol>
            <p style={{ marginTop: 8 }}>
              The API endpoint is another address than that of the console where you sign in. Whatever you paste is read
              as you type.
            </p>
          </>
        }
      >
        <EndpointField
          connector={connector}
          value={draft.apiEndpoint}
          onChange={(apiEndpoint) => onChange({ apiEndpoint })}
          error={errors.apiEndpoint}
        />
      </Row>
      <Row help={<ServiceAccountSteps connector={connector} />}>
        <Stack gap="sm">
          <Title order={2} fz="md">
            Service account
          </Title>
          <TextInput
            label="Client ID"
            required
            value={draft.clientId}
            onChange={(event) => onChange({ clientId: event.currentTarget.value })}
            error={errors.clientId}
            autoComplete="off"
            spellCheck={false}
            styles={{ input: { fontFamily: "var(--mono)", fontSize: 13 } }}
          />
          <PasswordInput
            label="Client Secret"
            required
            value={clientSecret}
            onChange={(event) => onSecret(event.currentTarget.value)}
            description="Stored encrypted. Nobody sees it again, in no page, log or answer."
            error={errors.clientSecret}
            autoComplete="new-password"
          />
          <TokenUrlField
            connector={connector}
            apiEndpoint={draft.apiEndpoint}
            value={draft.tokenUrl}
            onChange={(tokenUrl) => onChange({ tokenUrl })}
            error={errors.tokenUrl}
          />
          <Text fz="xs" c="dimmed">
            {connector.authentication}. Weir only reads from {title}; it never writes.
          </Text>
        </Stack>
      </Row>
    </Stack>
  );
}

/** W-15, Q-18: the steps in the vendor's own screens. */
export function ServiceAccountSteps({ connector }: { connector: Connector }) {
  return (
    <>
      <p>
        <b>How do I get these?</b>
      </p>
      <ol>
        {connector.serviceAccountSteps.map(({ title, text, url }) => {
          const href = safeHref(url);
          return (
            <li key={title}>
              <b>{title}.</b> {text}{" "}
              {href !== null && (
                <OutLink href={href} fz="inherit" underline="always">
                  Open
                </OutLink>
              )}
            </li>
          );
        })}
      </ol>
    </>
  );
}
