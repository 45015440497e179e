import classes from "./status.module.css";
import { wordText } from "./words.ts";

const colours: Record<string, string> = {
  open: "var(--ink)",
  in_progress: "var(--accent)",
  resolved: "var(--good)",
  active: "var(--good)",
  error: "var(--bad)",
};

/** Where a finding or an asset stands: a mark of its own shape and the word. */
export function StatusLabel({ status }: { status: string }) {
  const colour = colours[status] ?? "var(--idle)";
  return (
    <span className={classes.label}>
      <svg className={classes.mark} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <StatusShape status={status} colour={colour} />
      </svg>
      <span className="foreign">{wordText(status)}</span>
    </span>
  );
}

function StatusShape({ status, colour }: { status: string; colour: string }) {
  const ring = { fill: "none", stroke: colour, strokeWidth: 1.5 };
  switch (status) {
    case "in_progress":
      return (
        <>
          <circle cx="6" cy="6" r="4.7" {...ring} />
          <path d="M6 1.3a4.7 4.7 0 0 1 0 9.4Z" fill={colour} />
        </>
      );
    case "resolved":
    case "active":
      return <path d="m2 6.3 2.7 2.7L10 3.4" {...ring} strokeWidth={1.8} />;
    case "accepted":
      return <path d="M6 1.2 10.2 3v3c0 2.6-1.7 4.2-4.2 5-2.5-.8-4.2-2.4-4.2-5V3Z" {...ring} />;
    case "rejected":
    case "inactive":
      return <path d="M2.5 6h7" {...ring} strokeWidth={1.8} />;
    case "deleted":
    case "error":
      return <path d="m3 3 6 6M9 3 3 9" {...ring} strokeWidth={1.8} />;
    case "gone":
    case "unknown":
      return <circle cx="6" cy="6" r="4.7" {...ring} strokeDasharray="2.4 2" />;
    default:
      return <circle cx="6" cy="6" r="4.7" {...ring} />;
  }
}
