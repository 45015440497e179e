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
  return (
    <div
      className={classes.track}
      role={tone === "accent" ? "progressbar" : "img"}
      aria-label={label}
      {...(tone === "accent" && shown !== null && { "aria-valuenow": Math.round(shown * 100) })}
    >
      <div
        className={shown === null ? classes.unknown : classes.fill}
        data-tone={tone}
        style={shown === null ? undefined : { width: `${shown * 100}%` }}
      />
    </div>
  );
}
