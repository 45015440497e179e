import { Skeleton, Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { FixFirst as Fixes } from "../../../../src/api/schemas/dashboard.ts";
import { Panel } from "../../charts/panel.tsx";
import { AppLink } from "../../kit/link.tsx";
import { countText, numberText, totalText } from "../../kit/numbers.ts";
import { Failure } from "../../kit/states.tsx";
import { hrefs } from "../../places.ts";
import classes from "./dashboard.module.css";
import { fixFirstQuery } from "./data.ts";
import own from "./fix-first.module.css";

type Fix = Fixes["items"][number];

/** The upgrades to make first, and what each would fix. */
export function FixFirst() {
  const { data, error, refetch } = useQuery(fixFirstQuery);
  return (
    <Panel
      title="Fix first"
      note="Upgrades, by the worst risk score among the open findings that each fixes; where equal, by how many it fixes"
      actions={
        <AppLink href={hrefs.help("risk-scores")} fz="xs" style={{ whiteSpace: "nowrap" }}>
          How scores are made
        </AppLink>
      }
    >
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeletons />}
      {data?.items.length === 0 && (
        <Text fz="sm" c="dimmed">
          No open finding names a package and the version that fixes it.
        </Text>
      )}
      <div className={classes.rows}>
        {data?.items.map((fix) => (
          <FixRow key={fix.query} fix={fix} />
        ))}
      </div>
    </Panel>
  );
}

function FixRow({ fix }: { fix: Fix }) {
  const more = fix.cves > 1 ? ` and ${countText(fix.cves - 1, "other")}` : "";
  return (
    <AppLink href={hrefs.list("findings", fix.query)} underline="never" className={own.row}>
      <span className={own.score} title="Worst risk score, 1 to 100">
        <VisuallyHidden>Risk score</VisuallyHidden> {fix.worstScore}
      </span>
      <span className={own.what}>
        <span className={own.name}>
          <Text span fz="sm" className="mono foreign one-line" title={fix.package}>
            {fix.package}
          </Text>
          <span className={classes.flags}>
            {fix.kev > 0 && (
              <span className={classes.flag} title={`${numberText(fix.kev)} known to be exploited`}>
                KEV
              </span>
            )}
            {fix.exploit > 0 && (
              <span className={classes.flag} title={`${numberText(fix.exploit)} with a known exploit`}>
                exploit
              </span>
            )}
          </span>
        </span>
        <Text span fz="xs" c="dimmed" className="one-line" title={fix.fixedVersion}>
          to <span className="mono foreign">{fix.fixedVersion}</span>
          {fix.worstCve !== null && ` · ${fix.worstCve}${more}`}
        </Text>
      </span>
      <span className={own.counts}>
        <span className="number">{countText(fix.findings, "finding")}</span>
        <Text span fz="xs" c="dimmed" className="number">
          {totalText(fix.assets)} {fix.assets.value === 1 && !fix.assets.capped ? "asset" : "assets"}
        </Text>
      </span>
    </AppLink>
  );
}

function Skeletons() {
  return (
    <div className={classes.rows} aria-busy="true">
      {["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map((key) => (
        <Skeleton key={key} height={40} />
      ))}
    </div>
  );
}
