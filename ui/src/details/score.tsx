import type { CSSProperties, ReactNode } from "react";
import { AppLink } from "../kit/link.tsx";
import { hrefs } from "../places.ts";
import classes from "./score.module.css";
import { factorsText, inputWord, pointsText, type Score, type ScorePart, scoreRows, valueText } from "./score-words.ts";
import { Section } from "./section.tsx";

/** Why a score is what it is. */
export function ScoreSection({ children, ...props }: { score: Score; stored: number; children?: ReactNode }) {
  const aside = (
    <AppLink href={hrefs.help("risk-scores")} fz="sm">
      How it is made
    </AppLink>
  );
  return (
    <Section title="Why this risk score" aside={aside}>
      <ScoreBars {...props} />
      {children}
    </Section>
  );
}

/** What each input gave, one below the other as they add up. */
function ScoreBars({ score, stored }: { score: Score; stored: number }) {
  let sum = 0;
  const rows = scoreRows(score).map((part) => {
    const from = sum;
    sum += part.points ?? 0;
    return { part, from };
  });
  const factors = factorsText(score);
  return (
    <>
      <table className={classes.table}>
        <thead className={classes.unseen}>
          <tr>
            <th scope="col">Input</th>
            <th scope="col">Value</th>
            <th scope="col">Share</th>
            <th scope="col">Points</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ part, from }) => (
            <ScoreRow key={part.input} part={part} from={from} most={score.most} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Risk score</th>
            <td />
            <td />
            <td className="number">{score.value}</td>
          </tr>
        </tfoot>
      </table>
      {rows.length < score.parts.length && (
        <p className={classes.note}>
          CVSS, EPSS, CISA KEV and exploits are not said of it, as of most that is no CVE: its severity alone makes the
          score.
        </p>
      )}
      {factors !== null && <p className={classes.note}>{factors}</p>}
      {score.value !== stored && (
        <p className={classes.note}>
          Its findings have changed since it was scored with {stored}. The score follows at the end of the pass.
        </p>
      )}
    </>
  );
}

function ScoreRow({ part, from, most }: { part: ScorePart; from: number; most: number }) {
  const share = (points: number) => `${Math.min(100, (points / most) * 100)}%`;
  // What goes beyond the most that there is has no room left.
  const width = Math.min(part.points ?? 0, Math.max(0, most - from));
  const place = { "--from": share(from), "--width": share(width), "--most": share(part.most ?? 0) };
  return (
    <tr data-unknown={part.points === null || undefined}>
      <th scope="row">{inputWord(part)}</th>
      <td className={classes.value}>{valueText(part)}</td>
      <td className={classes.cell} style={place as CSSProperties}>
        <div className={classes.track}>
          {part.most !== null && <span className={classes.possible} />}
          {width > 0 && <span className={classes.bar} />}
        </div>
      </td>
      <td className="number">{pointsText(part)}</td>
    </tr>
  );
}
