import { Text, Title } from "@mantine/core";
import type { Connector } from "../../../api/connectors.ts";
import { countText } from "../../../kit/numbers.ts";
import { type Draft, enabledStreams, projectIds } from "../form/draft.ts";
import type { Verdict } from "../form/test-view.ts";
import { useEndpoint } from "../form/use-endpoint.ts";
import { classTitles, listText, streamTitles } from "../words.ts";
import classes from "./summary.module.css";

interface SummaryProps {
  connector: Connector;
  draft: Draft;
  verdict: Verdict;
}

const verdictWords: Partial<Record<Verdict["kind"], string>> = {
  passed: "Passed: everything that is wanted can be read",
  none: "Not tested. You chose to save it all the same",
};

/** What Save will save. */
export function Summary({ connector, draft, verdict }: SummaryProps) {
  const { answer } = useEndpoint(connector, draft.apiEndpoint, draft.tokenUrl);
  const streams = enabledStreams(draft.streams);
  const off = connector.streams.filter(({ name }) => !draft.streams[name].enabled).map(({ title }) => title);
  const projects = projectIds(draft.projects).length;
  const lines: [string, string][] = [
    ["Name", draft.name.trim()],
    ["Endpoint", answer?.ok === true ? answer.apiEndpoint : draft.apiEndpoint],
    ["Connection", verdictWords[verdict.kind] ?? verdict.text],
    [
      "Fetched",
      streams.length === 0
        ? "nothing: every stream is switched off"
        : listText(streams.map((name) => `${streamTitles[name]} every ${draft.streams[name].intervalMinutes} min`)),
    ],
    ...(off.length > 0 ? ([["Switched off", listText(off)]] as [string, string][]) : []),
    [
      "Assets",
      draft.assetClasses === null ? "of every class" : listText(draft.assetClasses.map((name) => classTitles[name])),
    ],
    [
      "Identification",
      draft.identificationRules === null
        ? "by the default rules"
        : `by ${countText(draft.identificationRules.length, "rule")} of your choice`,
    ],
    ["Projects", projects === 0 ? "all that the service account sees" : countText(projects, "project")],
    ["After saving", draft.enabled ? "it is fetched from within seconds" : "it stays disabled until you enable it"],
  ];
  return (
    <section aria-label="Summary" className={classes.summary}>
      <Title order={2} fz="md" mb="xs">
        What will be saved
      </Title>
      <dl>
        {lines.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="foreign">{text}</dd>
          </div>
        ))}
      </dl>
      <Text fz="xs" c="dimmed" mt="xs">
        It applies at once, without a restart. A first run of a large tenant can take two hours; what is there can be
        searched meanwhile.
      </Text>
    </section>
  );
}
