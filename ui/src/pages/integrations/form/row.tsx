import type { ReactNode } from "react";
import classes from "./row.module.css";

/** A part of a form with its explanation beside it; below it where there is no room. */
export function Row({ children, help }: { children: ReactNode; help?: ReactNode }) {
  return (
    <div className={classes.row}>
      <div className={classes.field}>{children}</div>
      {help !== undefined && <div className={classes.help}>{help}</div>}
    </div>
  );
}
