import { CatchBoundary, type ErrorComponentProps } from "@tanstack/react-router";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { usePreference } from "../api/preferences.ts";
import { Failure } from "../kit/states.tsx";
import classes from "./explorer.module.css";

interface PanelProps {
  label: string;
  /** It covers the page: then it takes the focus, too. */
  isCovering: boolean;
  /** What is shown: with something else a broken one is forgotten. */
  resetKey: string;
  children: ReactNode;
}

const firstPercent = 40;
const [least, most] = [25, 70];

/** Details beside a list, as wide as their reader likes. */
export function ExplorerPanel({ label, isCovering, resetKey, children }: PanelProps) {
  const [kept, setKept] = usePreference("panel", firstPercent, isPercent);
  const [dragged, setDragged] = useState<number | null>(null);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isCovering) panel.current?.focus();
  }, [isCovering]);
  const percent = dragged ?? kept;
  const percentAt = (event: PointerEvent) => {
    const { left, width } = panel.current!.parentElement!.getBoundingClientRect();
    return clamp(((left + width - event.clientX) / width) * 100);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: 2, ArrowRight: -2 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setKept(clamp(kept + by));
  };
  return (
    <aside
      ref={panel}
      aria-label={label}
      tabIndex={-1}
      data-beside-list
      className={classes.panel}
      style={isCovering ? undefined : { width: `${percent}%` }}
    >
      {!isCovering && (
        // biome-ignore lint/a11y/useSemanticElements: a line across cannot be dragged
        <div
          role="separator"
          aria-orientation="vertical"
          aria-label="Width of the details"
          aria-valuenow={Math.round(percent)}
          aria-valuemin={least}
          aria-valuemax={most}
          tabIndex={0}
          className={classes.edge}
          data-dragged={dragged !== null || undefined}
          onKeyDown={onKey}
          onDoubleClick={() => setKept(firstPercent)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setDragged(kept);
          }}
          onPointerMove={(event) => dragged !== null && setDragged(percentAt(event))}
          onPointerUp={(event) => {
            if (dragged !== null && dragged !== kept) setKept(percentAt(event));
            setDragged(null);
          }}
          onPointerCancel={() => setDragged(null)}
        />
      )}
      <div className={classes.inside}>
        <CatchBoundary getResetKey={() => resetKey} errorComponent={Broken}>
          {children}
        </CatchBoundary>
      </div>
    </aside>
  );
}

/** One record that cannot be drawn leaves the list as it is. */
function Broken({ error, reset }: ErrorComponentProps) {
  return <Failure error={error} onRetry={reset} title="The details could not be shown" />;
}

function clamp(percent: number): number {
  return Math.round(Math.max(least, Math.min(most, percent)) * 10) / 10;
}

function isPercent(value: unknown): value is number {
  return typeof value === "number" && value >= least && value <= most;
}
