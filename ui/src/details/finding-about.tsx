import type { FindingDetail } from "../api/types.ts";
import { OutLink, safeHref } from "../kit/link.tsx";
import { TimeAgo } from "../kit/time.tsx";
import { dateText } from "../kit/times.ts";
import { advisoriesOf } from "./advisories.ts";
import classes from "./details.module.css";
import { Fact, Facts, IdText, None } from "./facts.tsx";
import { QueryChips, QueryLink } from "./query-link.tsx";
import { percentText } from "./score-words.ts";
import { Section } from "./section.tsx";

/** What it shares with others: the CVE or the rule. */
export function FindingAbout({ finding }: { finding: FindingDetail }) {
  return finding.cve === null ? <AboutRule finding={finding} /> : <AboutCve finding={finding} cve={finding.cve} />;
}

function AboutCve({ finding, cve }: { finding: FindingDetail; cve: string }) {
  const { cvss, epss, kev, exploit, definition } = finding;
  const listing = finding.cveWords?.kev.listing;
  return (
    <Section title="Vulnerability">
      <Facts>
        <Fact label="Id">
          <QueryLink on="findings" field="cve" value={cve} isMono />
        </Fact>
        <Advisories finding={finding} cve={cve} />
        <Fact label="CVSS">{cvss ?? <None>not said</None>}</Fact>
        <Fact label="EPSS">{epss === null ? <None>not said</None> : `${percentText(epss)} within 30 days`}</Fact>
        <Fact label="In CISA KEV">
          <YesNo field="kev" value={kev} />
        </Fact>
        {listing != null && listing.dueOn !== null && <Fact label="Due by CISA">{dateText(listing.dueOn)}</Fact>}
        {listing?.ransomwareUse === "Known" && <Fact label="Ransomware">known to be used, says CISA</Fact>}
        <Fact label="Known exploit">
          <YesNo field="exploit" value={exploit} />
        </Fact>
        {definition?.publishedAt != null && (
          <Fact label="Published">
            <TimeAgo at={definition.publishedAt} />
          </Fact>
        )}
      </Facts>
    </Section>
  );
}

function YesNo({ field, value }: { field: string; value: boolean | null }) {
  if (value === null) return <None>not said</None>;
  return <QueryLink on="findings" field={field} value={value} text={value ? "yes" : "no"} />;
}

function Advisories({ finding, cve }: { finding: FindingDetail; cve: string }) {
  const advisories = advisoriesOf(cve, { isKev: finding.kev });
  const own = safeHref(finding.definition?.link ?? null);
  const hasOwn = own !== null && !advisories.some(({ href }) => href === own);
  if (advisories.length === 0 && !hasOwn) return null;
  return (
    <Fact label="Read more">
      <span className={classes.advisories}>
        {advisories.map(({ label, href, about }) => (
          <OutLink key={label} href={href} title={about} fz="inherit">
            {label}
          </OutLink>
        ))}
        {hasOwn && (
          <OutLink href={own} title={own} fz="inherit">
            Reference
          </OutLink>
        )}
      </span>
    </Fact>
  );
}

function AboutRule({ finding }: { finding: FindingDetail }) {
  const { rule, definition } = finding;
  const link = safeHref(definition?.link ?? null);
  if (rule === null && definition === null) return null;
  return (
    <Section title="Rule">
      <Facts>
        {rule !== null && (
          <Fact label="Name">
            <QueryLink on="findings" field="rule" value={rule} />
          </Fact>
        )}
        <Fact label="Frameworks">
          <QueryChips on="findings" field="framework" values={definition?.frameworks ?? []} />
        </Fact>
        {link !== null && (
          <Fact label="Reference">
            <OutLink href={link} className="foreign" fz="inherit">
              {link}
            </OutLink>
          </Fact>
        )}
        {definition !== null && (
          <Fact label="Id at Wiz">
            <IdText id={definition.externalId} what="the rule's id" />
          </Fact>
        )}
      </Facts>
    </Section>
  );
}
