import { useState } from "react";
import { limits } from "../../../src/query/limits.ts";
import type { Thing } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { hrefs } from "../places.ts";
import { term } from "../query/terms.ts";
import classes from "./details.module.css";
import { beginning } from "./text-parts.ts";

interface QueryLinkProps {
  on: Thing;
  field: string;
  value: string | number | boolean;
  /** How the value is shown; as it is when left out. */
  text?: string | undefined;
  isMono?: boolean;
}

/** A value that leads to everything that has it too. */
export function QueryLink({ on, field, value, text, isMono = false }: QueryLinkProps) {
  const q = term(field, value);
  const shown = text ?? String(value);
  // What no query can hold leads nowhere.
  if (q.length > limits.length || q.includes("\0")) return <span className="foreign">{shown}</span>;
  return (
    <AppLink
      href={hrefs.list(on, q)}
      fz="inherit"
      className={`foreign ${isMono ? "mono" : ""} ${classes.quiet}`}
      title={`Search ${on}: ${q.length > 200 ? `${q.slice(0, 200)}…` : q}`}
    >
      {shown}
    </AppLink>
  );
}

const shownAtFirst = 12;
const chipText = { characters: 120, lines: 2 };

/** Tags, projects and the like: each leads to its query. */
export function QueryChips({ on, field, values }: { on: Thing; field: string; values: readonly string[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? values : values.slice(0, shownAtFirst);
  if (values.length === 0) return <span className={classes.none}>none</span>;
  return (
    <ul className={classes.chips}>
      {shown.map((value) => (
        <li key={value} className={classes.chip}>
          <QueryLink on={on} field={field} value={value} text={shortened(value)} />
        </li>
      ))}
      {values.length > shown.length && (
        <li>
          <button type="button" className={classes.more} onClick={() => setWhole(true)}>
            {`and ${values.length - shown.length} more`}
          </button>
        </li>
      )}
    </ul>
  );
}

function shortened(value: string): string {
  const head = beginning(value, chipText);
  return head.length < value.length ? `${head}…` : value;
}
