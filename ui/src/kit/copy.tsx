import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy, IconCopyOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";

type Outcome = "copied" | "failed";

/** Copies texts, and for a moment says whether it could. */
export function useCopy() {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 1_500);
    return () => clearTimeout(timer);
  }, [outcome]);
  return { outcome, copy: (text: string) => void copyText(text).then(setOutcome) };
}

/** A small button that copies a value; `what` names it: `Copy the id`. */
export function CopyIcon({ text, what }: { text: string; what: string }) {
  const { outcome, copy } = useCopy();
  const label =
    outcome === "copied" ? "Copied" : outcome === "failed" ? "The browser did not allow it" : `Copy ${what}`;
  const Icon = outcome === "copied" ? IconCheck : outcome === "failed" ? IconCopyOff : IconCopy;
  return (
    <Tooltip label={label}>
      <ActionIcon size={24} onClick={() => copy(text)} aria-label={label}>
        <Icon size={14} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}

/** Browsers give the clipboard to pages over HTTPS and on this machine only; elsewhere the old way still works. */
async function copyText(text: string): Promise<Outcome> {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard === undefined) return copyBySelection(text) ? "copied" : "failed";
  return await clipboard.writeText(text).then(
    () => "copied",
    () => (copyBySelection(text) ? "copied" : "failed"),
  );
}

function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
