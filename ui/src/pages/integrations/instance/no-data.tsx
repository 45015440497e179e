import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { logQuery } from "../../../api/integration-details.ts";
import type { Integration } from "../../../api/types.ts";
import { AppLink, OutLink } from "../../../kit/link.tsx";
import { countText } from "../../../kit/numbers.ts";
import { messageOf } from "../../../kit/states.tsx";
import { hrefs } from "../../../places.ts";
import classes from "./no-data.module.css";

/** W-41: what to look at when nothing comes in, with what Weir knows of it. */
export function NoData({ integration }: { integration: Integration }) {
  const { id, enabled } = integration;
  const streams = Object.values(integration.streams);
  const failing = streams.filter(({ failures }) => failures > 0).length;
  const counted = streams.filter(({ wizCount }) => wizCount !== null);
  const isEmptyThere = counted.length > 0 && counted.every(({ wizCount }) => wizCount === 0);
  return (
    <>
      <ol className={classes.checks}>
        <Check question="Is it enabled?">
          {enabled ? "Yes." : "No: nothing is polled until somebody enables it, at the top of this page."}
        </Check>
        <Check question="Do the polls work?">
          {failing > 0
            ? `${countText(failing, "stream")} cannot be fetched. Above stands why, and what to do.`
            : streams.every(({ lastSuccessAt }) => lastSuccessAt === null)
              ? "None has ended yet. A first run can take a while."
              : "Yes: they succeed, and bring nothing."}
        </Check>
        <Check question="Are cloud accounts connected in Wiz?">
          In Wiz under Settings → Cloud Accounts. Without any there is nothing that Wiz could find.{" "}
          <OutLink href="https://app.wiz.io/" fz="inherit" underline="always">
            Open Wiz
          </OutLink>
        </Check>
        <Check question="Are there active issues in Wiz, for this service account?">
          {isEmptyThere
            ? "Wiz counts none that this service account may see. One that is limited to some projects sees only theirs."
            : "Look at the console. A service account that is limited to some projects sees only theirs."}
        </Check>
        <Check question="What do the last log lines say?">
          <LastLines id={id} /> <AppLink href={hrefs.integration(id, "log")}>The last 100 lines</AppLink>
        </Check>
      </ol>
      <Text fz="sm" mt="sm">
        <AppLink href={hrefs.help("troubleshooting")}>Help: troubleshooting</AppLink>
      </Text>
    </>
  );
}

function Check({ question, children }: { question: string; children: ReactNode }) {
  return (
    <li>
      <Text fz="sm" fw={600}>
        {question}
      </Text>
      <Text fz="sm" c="dimmed" component="div">
        {children}
      </Text>
    </li>
  );
}

function LastLines({ id }: { id: string }) {
  const { data, error } = useQuery(logQuery(id));
  if (error !== null) return <>They could not be read: {messageOf(error)} </>;
  if (data === undefined) return <>They are being read. </>;
  if (data.length === 0) return <>There are none yet. </>;
  return (
    <pre className={classes.lines}>
      {data
        .slice(-3)
        .map(({ text }) => text)
        .join("\n")}
    </pre>
  );
}
