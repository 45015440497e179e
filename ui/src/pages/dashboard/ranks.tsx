import { Text } from "@mantine/core";
import type { Dashboard } from "../../../../src/api/schemas/dashboard.ts";
import { SeverityBar, sumOf } from "../../charts/severity-bar.tsx";
import { AppLink } from "../../kit/link.tsx";
import { numberText, shortNumber } from "../../kit/numbers.ts";
import { SeverityMark, severityWords } from "../../kit/severity.tsx";
import { hrefs } from "../../places.ts";
import classes from "./dashboard.module.css";

/** The assets with the highest risk scores. */
export function TopAssets({ assets }: { assets: Dashboard["topAssets"] }) {
  const most = Math.max(0, ...assets.map(({ openFindings }) => sumOf(openFindings)));
  return (
    <div className={classes.rows}>
      {assets.map((asset) => (
        <AppLink key={asset.id} href={hrefs.asset(asset.id)} underline="never" className={classes.row}>
          <span className={classes.name}>
            <Text span fz="sm" className="one-line foreign" title={asset.name}>
              {asset.name}
            </Text>
            <Text span fz="xs" c="dimmed" className="one-line">
              {[asset.class.replaceAll("_", " "), asset.cloud].filter(Boolean).join(" · ")}
            </Text>
          </span>
          <SeverityBar counts={asset.openFindings} most={most} />
          <span className="number" title="Risk score, 0 to 1000">
            {numberText(asset.riskScore)}
          </span>
        </AppLink>
      ))}
    </div>
  );
}

/** The accounts with the most open findings, the worst first. */
export function TopAccounts({ accounts }: { accounts: Dashboard["topAccounts"] }) {
  const most = Math.max(0, ...accounts.map(({ bySeverity }) => sumOf(bySeverity)));
  return (
    <div className={classes.rows}>
      {accounts.map((account) => (
        <AppLink
          key={account.id}
          href={hrefs.list("findings", account.query)}
          underline="never"
          className={classes.row}
        >
          <span className={classes.name}>
            <Text span fz="sm" className="one-line foreign" title={account.id}>
              {account.name ?? account.id}
            </Text>
            {account.cloud !== null && (
              <Text span fz="xs" c="dimmed">
                {account.cloud}
              </Text>
            )}
          </span>
          <SeverityBar counts={account.bySeverity} most={most} />
          <span className="number">{shortNumber(sumOf(account.bySeverity))}</span>
        </AppLink>
      ))}
    </div>
  );
}

/** The CVEs to look at first. */
export function TopCves({ cves }: { cves: Dashboard["topCves"] }) {
  const most = Math.max(0, ...cves.map(({ open }) => open));
  return (
    <div className={classes.rows}>
      {cves.map((one) => (
        <AppLink key={one.cve} href={hrefs.list("findings", one.query)} underline="never" className={classes.row}>
          <span className={classes.name} title={one.title ?? undefined}>
            <SeverityMark severity={one.severity} />
            <Text span fz="sm" className="mono one-line" aria-label={`${one.cve}, ${severityWords[one.severity]}`}>
              {one.cve}
            </Text>
            <span className={classes.flags}>
              {one.kev === true && <span className={classes.flag}>KEV</span>}
              {one.exploit === true && <span className={classes.flag}>exploit</span>}
              {one.fix === true && <span className={classes.flag}>fix</span>}
            </span>
          </span>
          <Meter value={one.open} most={most} />
          <span className="number">{numberText(one.open)}</span>
        </AppLink>
      ))}
    </div>
  );
}

/** A number as a part of the largest. The number itself stands beside it. */
export function Meter({ value, most, colour }: { value: number; most: number; colour?: string }) {
  const width = most === 0 ? 0 : (100 * value) / most;
  return (
    <span className={classes.track} aria-hidden="true">
      <span
        className={classes.fill}
        style={{ display: "block", width: `${value === 0 ? 0 : Math.max(2, width)}%`, background: colour }}
      />
    </span>
  );
}
