import { Fragment } from "react";
import { Bar } from "../bar.tsx";
import classes from "./tile.module.css";
import type { Level } from "./tile-facts.ts";

const tones = {
  fetching: "accent",
  level: "level",
  failing: "bad",
  unavailable: "warn",
  unread: "idle",
  off: "idle",
} as const;

/** The streams of an integration as a row of small meters, Wiz's count against ours. */
export function Streams({ levels }: { levels: readonly Level[] }) {
  return (
    <dl className={classes.streams}>
      {levels.map(({ stream, name, kind, share, text, title }) => (
        <Fragment key={stream}>
          <dt data-kind={kind}>{name}</dt>
          <dd>
            <Bar
              share={kind === "fetching" ? share : (share ?? 0)}
              tone={tones[kind]}
              label={`${name}: ${text}`}
              name={kind === "fetching" ? stream : ""}
            />
          </dd>
          <dd className="number" data-kind={kind} title={title ?? undefined}>
            {text}
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
