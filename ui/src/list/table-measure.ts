import { clampWidth } from "./columns.ts";

/** The padding of a cell, and a pixel for the fractions that measuring loses. */
const aroundPx = 17;

/** How wide a column would be if nothing of what is in view were cut off. */
export function fittingWidth(table: Element | null, column: string): number | null {
  const cells = [...(table?.querySelectorAll(`[data-column="${CSS.escape(column)}"]`) ?? [])];
  if (cells.length === 0) return null;
  return clampWidth(Math.max(...cells.map(contentWidth)) + aroundPx);
}

function contentWidth(cell: Element): number {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return range.getBoundingClientRect().width;
}

/** What is cut off can be read in a tooltip; what is not needs none. */
export function showWhole(target: EventTarget): void {
  const cell = target instanceof Element ? target.closest("td") : null;
  if (cell === null) return;
  if (cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent;
  else cell.removeAttribute("title");
}
