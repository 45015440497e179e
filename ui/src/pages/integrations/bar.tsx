import classes from "./bar.module.css";
import { useRising } from "./rising.ts";

interface BarProps {
  /** 0 to 1; `null`: it goes on, and nobody knows how far. */
  share: number | null;
  label: string;
  tone?: "accent" | "level" | "warn" | "bad" | "idle";
  /** While it keeps this name it never goes back. */
  name?: string;
}

/** How far something is, or how full. */
export function Bar({ share, label, tone = "accent", name = "" }: BarProps) {
  const risen = useRising(name, share);
  const shown = name === "" ? share : risen;
  const fill = (
    <div
      className={shown === null ? classes.unknown : classes.fill}
      data-tone={tone}
      style={shown === null ? undefined : { width: `${shown * 100}%` }}
    />
  );
  // What a level says stands in words beside it.
  if (tone !== "accent")
    return (
      <div className={classes.track} aria-hidden="true">
        {fill}
      </div>
    );
  return (
    <div
      className={classes.track}
      role="progressbar"
      aria-label={label}
      aria-valuenow={shown === null ? undefined : Math.round(shown * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      {fill}
    </div>
  );
}
