import { Text } from "@mantine/core";
import type { Dashboard } from "../../../../src/api/schemas/dashboard.ts";
import { AppLink } from "../../kit/link.tsx";
import { numberText, totalText } from "../../kit/numbers.ts";
import { hrefs } from "../../places.ts";
import classes from "./dashboard.module.css";
import { Meter } from "./ranks.tsx";

/** What attackers use, and how much of it an upgrade would end. */
export function Fixable({ exploitable }: { exploitable: Dashboard["exploitable"] }) {
  const rows = [
    { label: "Known exploited (CISA KEV)", ...exploitable.kev },
    { label: "… of those with a fix", ...exploitable.kevWithFix },
    { label: "Exploit published", ...exploitable.exploit },
    { label: "… of those with a fix", ...exploitable.exploitWithFix },
  ];
  const most = Math.max(...rows.map(({ value }) => value));
  return (
    <div className={classes.rows}>
      {rows.map((row) => (
        <AppLink key={row.query} href={hrefs.list("findings", row.query)} underline="never" className={classes.row}>
          <Text span fz="sm">
            {row.label}
          </Text>
          <Meter value={row.value} most={most} />
          <span className="number">{totalText(row)}</span>
        </AppLink>
      ))}
    </div>
  );
}

/** For how long the open critical findings have been there. */
export function Ages({ ages }: { ages: Dashboard["ageOfCriticals"] }) {
  const most = Math.max(...ages.map(({ value }) => value));
  return (
    <div className={classes.rows}>
      {ages.map(({ label, value, query }) => (
        <AppLink key={label} href={hrefs.list("findings", query)} underline="never" className={classes.row}>
          <Text span fz="sm">
            {label}
          </Text>
          <Meter value={value} most={most} colour="var(--severity-critical)" />
          <span className="number">{numberText(value)}</span>
        </AppLink>
      ))}
    </div>
  );
}
