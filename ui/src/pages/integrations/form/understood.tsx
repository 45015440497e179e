import { Button, Text } from "@mantine/core";
import type { Connector } from "../../../api/connectors.ts";
import { StateDot } from "../../../kit/dot.tsx";
import { messageOf } from "../../../kit/states.tsx";
import classes from "./understood.module.css";
import type { ReadEndpoint } from "./use-endpoint.ts";

interface UnderstoodProps {
  connector: Connector;
  read: ReadEndpoint;
  onUse: (text: string) => void;
}

/** What was read in the endpoint, and the addresses that follow from it (W-38 for a console's). */
export function Understood({ connector, read: { answer, isCurrent, error }, onUse }: UnderstoodProps) {
  if (error !== null)
    return (
      <Text fz="xs" c="var(--bad)">
        It could not be looked at: {messageOf(error)}
      </Text>
    );
  if (answer === null) return null;
  if (!answer.ok)
    return (
      <div className={classes.box} data-old={!isCurrent} role="status">
        <p className={classes.line}>
          <StateDot colour="amber" />
          <span>
            <b>{answer.message}</b> {answer.hint}
          </span>
        </p>
        {answer.suggestion !== null && (
          <Button variant="default" size="compact-xs" onClick={() => onUse(answer.suggestion ?? "")}>
            Use {answer.suggestion}
          </Button>
        )}
      </div>
    );
  const { apiEndpoint, tokenUrl, dataCentre, environment, note } = answer;
  const title = connector.endpoint.environments.find(({ domain }) => domain === environment)?.title;
  return (
    <div className={classes.box} data-old={!isCurrent} role="status">
      <p className={classes.line}>
        <StateDot colour="green" />
        <span>
          <b>Understood</b>
          {dataCentre !== null && `: data centre ${dataCentre}`}
          {environment !== null && `, ${environment}${title === undefined ? "" : ` (${title})`}`}
        </span>
      </p>
      <dl className={classes.addresses}>
        <dt>API</dt>
        <dd className="mono">{apiEndpoint}</dd>
        <dt>Token</dt>
        <dd className="mono">{tokenUrl}</dd>
      </dl>
      {note !== null && <p className={classes.note}>{note}</p>}
    </div>
  );
}
