import { IconArrowRight } from "@tabler/icons-react";
import type { FindingDetail } from "../api/types.ts";
import { CopyIcon } from "../kit/copy.tsx";
import classes from "./details.module.css";
import { LongText } from "./long-text.tsx";
import { QueryLink } from "./query-link.tsx";
import { Section } from "./section.tsx";

/** What to do about it, in one line where that is enough. */
export function FindingFix({ finding }: { finding: FindingDetail }) {
  const { package: pack, remediation, fix } = finding;
  return (
    <Section title="What to do">
      {pack !== null && <PackageLine pack={pack} fix={fix} />}
      {remediation !== null && <LongText text={remediation} />}
      {pack === null && remediation === null && <p className={classes.hint}>Wiz sends no remediation for it.</p>}
    </Section>
  );
}

function PackageLine({ pack, fix }: { pack: NonNullable<FindingDetail["package"]>; fix: boolean | null }) {
  const { name, version, fixedVersion } = pack;
  const link = <QueryLink on="findings" field="package.name" value={name} isMono />;
  if (fixedVersion === null)
    return (
      <p className={classes.fix}>
        {link}
        {version !== null && <span className="mono foreign">{version}</span>}
        <span className={classes.none}>
          {fix === true ? "has a fix; Wiz does not say in which version" : "has no fixed version that Wiz knows of"}
        </span>
      </p>
    );
  return (
    <p className={classes.fix}>
      <span>Upgrade</span>
      {link}
      {version !== null && (
        <>
          <span className="mono foreign">{version}</span>
          <IconArrowRight size={14} stroke={1.6} aria-label="to" />
        </>
      )}
      <b className="mono foreign">{fixedVersion}</b>
      <CopyIcon text={`${name} ${fixedVersion}`} what="package and version" />
    </p>
  );
}
