import { Fragment } from "react";
import { Bar } from "../bar.tsx";
import classes from "./tile.module.css";
import type { Level } from "./tile-facts.ts";

const tones = { fetching: "accent", level: "level", failing: "bad", unread: "idle", off: "idle" } as const;

/** The streams of an integration as a row of small meters, Wiz's count against ours. */
export function Streams({ levels }: { levels: readonly Level[] }) {
  return (
    <dl className={classes.streams}>
      {levels.map(({ stream, title, kind, share, text, note }) => (
        <Fragment key={stream}>
          <dt style={kind === "off" ? { color: "var(--ink-2)" } : undefined}>{title}</dt>
          <dd>
            <Bar
              share={kind === "fetching" ? share : (share ?? 0)}
              tone={tones[kind]}
              label={`${title}: ${text}`}
              name={kind === "fetching" ? stream : ""}
            />
          </dd>
          <dd className="number" style={kind === "off" ? { color: "var(--ink-2)" } : undefined}>
            {text}
          </dd>
          {note !== null && (
            <dd className={classes.note} data-kind={kind}>
              {note}
            </dd>
          )}
        </Fragment>
      ))}
    </dl>
  );
}
