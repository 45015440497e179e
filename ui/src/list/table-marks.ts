import { type RefObject, useEffect, useRef } from "react";
import { type Move, moveOf } from "./table-keys.ts";

interface Keys {
  viewport: RefObject<HTMLElement | null>;
  marked: number | null;
  rowCount: number;
  screen: () => number;
  onMove: (move: Move) => void;
}

/** The keys of a list. They work in the list and where nothing else has the focus; beside it only those without arrows. */
export function useTableKeys(keys: Keys): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { viewport, marked, rowCount, screen, onMove } = now.current;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (!isHeard(event, viewport.current)) return;
      const move = moveOf(event.key, { row: marked, rows: rowCount, screen: screen() });
      if (move === null) return;
      if (event.key !== "Escape") event.preventDefault();
      onMove(move);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

const everywhere = ["j", "k", "Escape"];

function isHeard({ key, target }: KeyboardEvent, viewport: HTMLElement | null): boolean {
  if (!(target instanceof HTMLElement) || document.querySelector('[aria-modal="true"]') !== null) return false;
  if (target === document.body || target.id === "page" || viewport?.contains(target) === true) return true;
  const isWriting = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  return everywhere.includes(key) && !isWriting && target.closest("[data-beside-list]") !== null;
}
