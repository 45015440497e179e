import { Group, NumberInput, Switch, Text } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import type { StreamName } from "../../../../../src/model.ts";
import type { Connector } from "../../../api/connectors.ts";
import { listText } from "../words.ts";
import type { FieldErrors, StreamChoice, StreamChoices } from "./draft.ts";
import classes from "./streams-field.module.css";
import type { Grant } from "./test-view.ts";

interface StreamsFieldProps {
  connector: Connector;
  value: StreamChoices;
  onChange: (streams: StreamChoices) => void;
  errors: FieldErrors;
  /** What the test found of each permission. */
  grantOf: (stream: StreamName) => Grant;
}

/** which streams, how often, and the permission that each needs. */
export function StreamsField({ connector, value, onChange, errors, grantOf }: StreamsFieldProps) {
  return (
    <table className={classes.streams}>
      <thead>
        <tr>
          <th scope="col">What is fetched</th>
          <th scope="col">Permission in Wiz</th>
          <th scope="col">Every so many minutes</th>
        </tr>
      </thead>
      <tbody>
        {connector.streams.map((info) => (
          <StreamRow
            key={info.name}
            info={info}
            choice={value[info.name]}
            onChange={(part) => onChange({ ...value, [info.name]: { ...value[info.name], ...part } })}
            error={errors[`streams.${info.name}.intervalMinutes`]}
            grant={grantOf(info.name)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface StreamRowProps {
  info: Connector["streams"][number];
  choice: StreamChoice;
  onChange: (part: Partial<StreamChoice>) => void;
  error: string | undefined;
  grant: Grant;
}

function StreamRow({ info, choice, onChange, error, grant }: StreamRowProps) {
  const { title, brings, scopes, licence, recommendedIntervalMinutes, intervalLimits } = info;
  return (
    <tr data-off={!choice.enabled}>
      <td>
        <Switch
          size="sm"
          label={title}
          description={brings}
          checked={choice.enabled}
          onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
          styles={{ label: { fontWeight: 600 } }}
        />
      </td>
      <td>
        <div className={classes.permission}>
          <span className="mono">{listText(scopes)}</span>
          {licence !== null && <span className={classes.licence}>and a licence for {licence}</span>}
          <GrantMark grant={grant} isOn={choice.enabled} />
        </div>
      </td>
      <td>
        <Group gap={8} wrap="nowrap" align="center">
          <NumberInput
            size="xs"
            w={84}
            value={choice.intervalMinutes}
            onChange={(intervalMinutes) => onChange({ intervalMinutes })}
            min={intervalLimits.shortestMinutes}
            max={intervalLimits.longestMinutes}
            clampBehavior="none"
            allowDecimal={false}
            allowNegative={false}
            disabled={!choice.enabled}
            error={error !== undefined}
            aria-label={`Minutes between two polls of ${title.toLowerCase()}`}
          />
          <Text fz="xs" c="dimmed">
            {recommendedIntervalMinutes} recommended
          </Text>
        </Group>
        {error !== undefined && (
          <Text fz="xs" c="var(--bad)" mt={4} role="alert">
            {error}
          </Text>
        )}
      </td>
    </tr>
  );
}

/** What the test found. */
function GrantMark({ grant, isOn }: { grant: Grant; isOn: boolean }) {
  if (grant === "granted")
    return (
      <span className={classes.grant} style={{ color: "var(--good)" }}>
        <IconCheck size={14} stroke={2.4} /> granted
      </span>
    );
  if (grant === "missing")
    return (
      <span className={classes.grant} style={{ color: isOn ? "var(--bad)" : "var(--ink-2)" }}>
        <IconX size={14} stroke={2.4} /> missing{isOn ? ": add it in Wiz or switch this off" : ""}
      </span>
    );
  return <span className={classes.licence}>not tested</span>;
}
