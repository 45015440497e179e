import { type ChangeEvent, type FocusEvent, type KeyboardEvent, type SyntheticEvent, useRef, useState } from "react";
import type { ApiError } from "../../api/client.ts";
import type { Thing } from "../../api/types.ts";
import { createActions } from "./actions.ts";
import { onQueryKey } from "./keys.ts";
import { useEditor } from "./use-editor.ts";
import { useMenu } from "./use-menu.ts";
import { useProblem } from "./use-problem.ts";

interface QueryBarInput {
  on: Thing;
  value: string;
  onSubmit: (query: string) => void;
  error: ApiError | null;
  fixed: string;
}

export type QueryBarState = ReturnType<typeof useQueryBar>;

/** All that the query bar does; how it looks is in `query-bar.tsx`. */
export function useQueryBar({ on, value, onSubmit, error, fixed }: QueryBarInput) {
  const root = useRef<HTMLFormElement>(null);
  const [isFocused, setFocused] = useState(false);
  const editor = useEditor(value);
  const { draft } = editor;
  const menu = useMenu(draft, { on, fixed, isFocused });
  const problem = useProblem(draft, { on, value, error, isFocused });
  const actions = createActions({ editor, menu, problem, value, onSubmit });
  const isChanged = draft.text.trim() !== value.trim();
  const isEmpty = draft.text === "";
  const begin = () => {
    if (isEmpty && menu.offered === "nothing") menu.offer("beginnings");
  };

  const inputProps = {
    ref: editor.input,
    value: draft.text,
    onChange: (event: ChangeEvent<HTMLTextAreaElement>) =>
      menu.offer(editor.read(event).text === "" ? "beginnings" : "completion"),
    onSelect: ({ currentTarget }: SyntheticEvent<HTMLTextAreaElement>) => {
      if (currentTarget.value !== draft.text || currentTarget.selectionStart === draft.caret) return;
      editor.moveCaret(currentTarget.selectionStart);
      if (menu.offered === "completion") menu.offer("nothing");
    },
    onFocus: () => {
      setFocused(true);
      begin();
    },
    onClick: begin,
    onKeyDown: (event: KeyboardEvent) => onQueryKey({ menu, actions, isEmpty, isChanged }, event),
  };
  const onBlur = ({ relatedTarget }: FocusEvent) => {
    if (root.current?.contains(relatedTarget)) return;
    setFocused(false);
    menu.offer("nothing");
  };
  return { root, draft, inputProps, onBlur, menu, actions, problem, isChanged, isFocused };
}
