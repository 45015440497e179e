import { useQuery } from "@tanstack/react-query";
import { connectorsQuery } from "../../../api/connectors.ts";
import { useMay } from "../../../api/me.ts";
import type { Integration } from "../../../api/types.ts";
import { Empty, Failure, RowSkeletons } from "../../../kit/states.tsx";
import { Section } from "../section.tsx";
import { ConnectionSettings } from "./settings-connection.tsx";
import { GeneralSettings } from "./settings-general.tsx";
import { RemoveSettings } from "./settings-remove.tsx";
import { RulesSettings } from "./settings-rules.tsx";
import { ScheduleSettings } from "./settings-schedule.tsx";
import { SecretSettings } from "./settings-secret.tsx";
import { StoredTest } from "./stored-test.tsx";

/** Everything about an integration that can be changed; it applies within seconds, without a restart. */
export function Settings({ integration }: { integration: Integration }) {
  const { data: connectors, error, refetch } = useQuery(connectorsQuery);
  const mayEdit = useMay("admin");
  const mayTest = useMay("analyst");
  const connector = connectors?.find(({ id }) => id === integration.connector);
  if (error !== null && connectors === undefined) return <Failure error={error} onRetry={() => void refetch()} />;
  if (connectors === undefined) return <RowSkeletons rows={8} />;
  if (connector === undefined)
    return (
      <Empty title="Its connector is not known">This version of Weir does not have {integration.connector}.</Empty>
    );
  if (!mayEdit)
    return (
      <>
        <Empty title="An administrator changes settings">
          What they are just now is in the overview{mayTest ? ". You can test the connection as it is stored." : "."}
        </Empty>
        {mayTest && (
          <Section title="Connection">
            <StoredTest integration={integration} />
          </Section>
        )}
      </>
    );
  return (
    <>
      <Section title="General">
        <GeneralSettings integration={integration} />
      </Section>
      <Section title="Schedule and scope">
        <ScheduleSettings integration={integration} connector={connector} />
      </Section>
      <Section title="Identification rules">
        <RulesSettings integration={integration} />
      </Section>
      <Section title="Connection">
        <ConnectionSettings integration={integration} connector={connector} />
      </Section>
      <Section title="Client secret">
        <SecretSettings integration={integration} connector={connector} />
      </Section>
      <Section title="Remove">
        <RemoveSettings integration={integration} />
      </Section>
    </>
  );
}
