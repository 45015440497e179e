import type { ReactNode } from "react";
import { CopyIcon } from "../kit/copy.tsx";
import classes from "./details.module.css";

/** Names and values, one below the other. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** Nobody says, or there is none. */
export function None({ children = "none" }: { children?: string }) {
  return <span className={classes.none}>{children}</span>;
}

/** An id as it is, with a button that copies it. */
export function IdText({ id, what }: { id: string; what: string }) {
  return (
    <span className={classes.id}>
      <span className="mono foreign">{id}</span>
      <CopyIcon text={id} what={what} />
    </span>
  );
}
