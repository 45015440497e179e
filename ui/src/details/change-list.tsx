import { IconArrowRight } from "@tabler/icons-react";
import classes from "./change-list.module.css";
import type { Change } from "./changes.ts";
import { LongText } from "./long-text.tsx";

/** Fields with what they were and what they are. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return null;
  return (
    <dl className={classes.list}>
      {changes.map((change) => (
        <div key={change.field} className={classes.change}>
          <dt>{change.label}</dt>
          <dd>{change.type === "list" ? <ListChange {...change} /> : <ValueChange {...change} />}</dd>
        </div>
      ))}
    </dl>
  );
}

function ValueChange({ from, to }: { from: string | null; to: string | null }) {
  if ((from?.length ?? 0) > shortLength || (to?.length ?? 0) > shortLength) return <LongChange from={from} to={to} />;
  return (
    <span className={classes.values}>
      <del className={classes.from}>
        <Value text={from} />
      </del>
      <IconArrowRight size={14} stroke={1.6} className={classes.arrow} aria-label="became" />
      <ins className={classes.to}>
        <Value text={to} />
      </ins>
    </span>
  );
}

const shortLength = 200;

/** One below the other. */
function LongChange({ from, to }: { from: string | null; to: string | null }) {
  return (
    <>
      <div className={classes.none}>It was</div>
      <del className={classes.from}>
        <Value text={from} />
      </del>
      <div className={classes.none}>It is</div>
      <ins className={classes.to}>
        <Value text={to} />
      </ins>
    </>
  );
}

function Value({ text }: { text: string | null }) {
  if (text === null) return <span className={classes.none}>none</span>;
  if (text.length > shortLength) return <LongText text={text} />;
  return <span className="foreign">{text === "" ? "empty" : text}</span>;
}

function ListChange({ added, removed, kept }: { added: string[]; removed: string[]; kept: number }) {
  return (
    <ul className={classes.items}>
      {removed.map((one) => (
        <li key={`- ${one}`}>
          <del className={classes.removed}>
            <span aria-hidden="true">− </span>
            <Value text={one} />
          </del>
        </li>
      ))}
      {added.map((one) => (
        <li key={`+ ${one}`}>
          <ins className={classes.added}>
            <span aria-hidden="true">+ </span>
            <Value text={one} />
          </ins>
        </li>
      ))}
      {kept > 0 && <li className={classes.none}>{kept === 1 ? "1 stayed" : `${kept} stayed`}</li>}
    </ul>
  );
}
