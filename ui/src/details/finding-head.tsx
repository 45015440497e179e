import { Button, Text } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import type { FindingDetail } from "../api/types.ts";
import { lateMs, lateText } from "../kit/due.ts";
import { AppLink, safeHref } from "../kit/link.tsx";
import { SeverityLabel } from "../kit/severity.tsx";
import { StatusLabel } from "../kit/status.tsx";
import { useNow } from "../kit/time.tsx";
import { kindsText, wordText } from "../kit/words.ts";
import { findingPlaces, hrefs } from "../places.ts";
import { AcceptRiskButton } from "./accept-risk-button.tsx";
import classes from "./details.module.css";
import { useDetailLayout } from "./layout.ts";
import { MarkdownButton } from "./markdown-button.tsx";
import { DetailHead } from "./section.tsx";

/** What it is called, how bad it is and where it stands. */
export function FindingHead({ finding }: { finding: FindingDetail }) {
  const isPage = useDetailLayout() === "page";
  return (
    <DetailHead
      title={finding.title}
      above={isPage && <Above kind={finding.kind} />}
      actions={
        <>
          <AcceptRiskButton finding={finding} />
          <MarkdownButton finding={finding} />
          <SourceButton url={finding.url} />
        </>
      }
      below={
        <>
          <SeverityLabel severity={finding.severity} />
          <StatusLabel status={finding.status} />
          <span>{wordText(finding.kind)}</span>
          <span>
            Risk <b>{finding.riskScore}</b>
          </span>
          {finding.kev === true && <span className={classes.flag}>In CISA KEV</span>}
          {finding.exploit === true && <span className={classes.flag}>Exploit known</span>}
          <Marks finding={finding} />
          {finding.statusReason !== null && (
            <Text component="span" fz="inherit" c="dimmed" className="foreign">
              {finding.statusReason}
            </Text>
          )}
        </>
      }
    />
  );
}

/** What makes it more urgent than its severity says. */
function Marks({ finding }: { finding: FindingDetail }) {
  const late = lateMs(finding, useNow(60_000));
  return (
    <>
      {late > 0 && <span className={classes.flag}>{wordText(lateText(late))}</span>}
      {finding.reopenedCount > 0 && <span className={classes.flag}>Reopened</span>}
    </>
  );
}

function Above({ kind }: { kind: string }) {
  const place = Object.entries(findingPlaces).find(([, one]) => one.kind === kind)?.[0] as
    | keyof typeof findingPlaces
    | undefined;
  return (
    <>
      <AppLink href={hrefs.findings("all")} c="dimmed">
        Findings
      </AppLink>
      {" / "}
      <AppLink href={hrefs.findings(place)} c="dimmed">
        {kindsText(kind)}
      </AppLink>
    </>
  );
}

/** To its page at Wiz, where the record says which that is. */
function SourceButton({ url }: { url: string | null }) {
  const href = safeHref(url);
  if (href === null) return null;
  return (
    <Button
      variant="default"
      component="a"
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      rightSection={<IconExternalLink size={14} stroke={1.6} />}
    >
      Open in Wiz
    </Button>
  );
}
