/** What a key does in a list; the list decides what becomes of it. */
export type Move = "open" | "close" | { to: number };

interface Place {
  /** The marked row; `null`: none yet. */
  row: number | null;
  rows: number;
  /** Rows that are seen at once. */
  screen: number;
}

/** Where a key leads, `null` for keys that mean nothing here. Without a marked row each begins at the first. */
export function moveOf(key: string, { row, rows, screen }: Place): Move | null {
  if (key === "Escape") return "close";
  if (rows === 0) return null;
  if (key === "Enter") return row === null ? null : "open";
  const target = targetOf(key, { row: row ?? -1, rows, screen: Math.max(1, screen - 1) });
  return target === null ? null : { to: Math.max(0, Math.min(rows - 1, target)) };
}

function targetOf(key: string, { row, rows, screen }: { row: number; rows: number; screen: number }): number | null {
  switch (key) {
    case "ArrowDown":
    case "j":
      return row + 1;
    case "ArrowUp":
    case "k":
      return row - 1;
    case "PageDown":
      return row + screen;
    case "PageUp":
      return row - screen;
    case "Home":
      return 0;
    case "End":
      return rows - 1;
    default:
      return null;
  }
}
