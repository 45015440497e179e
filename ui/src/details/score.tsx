import type { CSSProperties } from "react";
import classes from "./score.module.css";
import { factorsText, inputWord, pointsText, type Score, type ScorePart, valueText } from "./score-words.ts";

/** What each input gave to a score, one below the other as they add up to it. */
export function ScoreBars({ score, stored }: { score: Score; stored: number }) {
  let sum = 0;
  const rows = score.parts.map((part) => {
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
  const place = { "--from": share(from), "--width": share(part.points ?? 0), "--most": share(part.most ?? 0) };
  return (
    <tr data-unknown={part.points === null || undefined}>
      <th scope="row">{inputWord(part)}</th>
      <td className={classes.value}>{valueText(part)}</td>
      <td className={classes.cell} style={place as CSSProperties}>
        <div className={classes.track}>
          {part.most !== null && <span className={classes.possible} />}
          {(part.points ?? 0) > 0 && <span className={classes.bar} />}
        </div>
      </td>
      <td className="number">{pointsText(part)}</td>
    </tr>
  );
}
