import { type ChangeEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Draft } from "./completions.ts";
import type { Edit } from "./problems.ts";

export type Editor = ReturnType<typeof useEditor>;

/** What is being written: its text and caret, and how to change it so that the browser's undo still works. */
export function useEditor(value: string) {
  const [draft, setDraft] = useState<Draft>({ text: value, caret: value.length });
  const input = useRef<HTMLTextAreaElement>(null);
  const wanted = useRef<number | null>(null);
  // Another query is shown now: what was written is about the one before.
  useEffect(() => setDraft({ text: value, caret: value.length }), [value]);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  });

  const read = useCallback(({ currentTarget: { value: text, selectionStart } }: ChangeEvent<HTMLTextAreaElement>) => {
    const next = { text: oneLine(text), caret: oneLine(text.slice(0, selectionStart)).length };
    if (next.text !== text) wanted.current = next.caret;
    setDraft(next);
    return next;
  }, []);

  const replace = useCallback(({ from, to, text }: Edit) => {
    const element = input.current;
    if (element === null) return;
    element.focus();
    element.setSelectionRange(from, to);
    // Deprecated and without a successor: the one way that leaves Ctrl-Z as it was. It tells React as typing does.
    const isDone = document.execCommand(text === "" ? "delete" : "insertText", false, text);
    if (isDone) return;
    const now = element.value.slice(0, from) + text + element.value.slice(to);
    wanted.current = from + text.length;
    setDraft({ text: now, caret: from + text.length });
  }, []);

  const moveCaret = useCallback((caret: number) => setDraft(({ text }) => ({ text, caret })), []);

  return useMemo(() => ({ draft, input, read, replace, moveCaret }), [draft, read, replace, moveCaret]);
}

/** A query has no lines; one that is pasted may. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}
