import { type FocusEvent, type KeyboardEvent, type SyntheticEvent, useCallback, useRef, useState } from "react";
import type { ApiError } from "../../api/client.ts";
import type { Thing } from "../../api/types.ts";
import { insertion, leadsOn, type Offer } from "./completions.ts";
import { correction, type Edit } from "./problems.ts";
import { type Beginning, useBeginnings } from "./use-beginnings.ts";
import { useCompletion } from "./use-completion.ts";
import { useEditor } from "./use-editor.ts";
import { useProblem } from "./use-problem.ts";

export interface QueryBarInput {
  on: Thing;
  value: string;
  onSubmit: (query: string) => void;
  error: ApiError | null;
  fixed: string;
}

export type Option = Offer | Beginning;
/** What is offered below the bar. */
type Offered = "nothing" | "completion" | "beginnings";

const none: Option[] = [];
/** So many are drawn: nobody reads on, everybody writes on. */
const mostOptions = 60;

/** All that the query bar does; how it looks is in `query-bar.tsx`. */
export function useQueryBar({ on, value, onSubmit, error, fixed }: QueryBarInput) {
  const editor = useEditor(value);
  const { draft, replace } = editor;
  const [offered, setOffered] = useState<Offered>("nothing");
  const [activeText, setActive] = useState<string | null>(null);
  const [isFocused, setFocused] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const { beginnings, remember, forget, forgetAll } = useBeginnings(on);
  const completion = useCompletion(draft, { on, fixed, isOn: offered === "completion" });
  const problem = useProblem(draft, { on, value, error, isFocused });

  const offers = offered === "completion" ? completion?.offers : offered === "beginnings" ? beginnings : undefined;
  const options: Option[] = isFocused ? (offers?.slice(0, mostOptions) ?? none) : none;
  const active = options.findIndex(({ text }) => text === activeText);
  const isChanged = draft.text !== value;

  const offer = useCallback((what: Offered) => {
    setOffered(what);
    setActive(null);
  }, []);

  const submit = (query = draft.text.trim()) => {
    offer("nothing");
    remember(query);
    onSubmit(query);
  };
  const rewrite = (text: string) => replace({ from: 0, to: draft.text.length, text });
  const take = (option: Option) => {
    if (isBeginning(option)) {
      rewrite(option.text);
      return submit(option.text);
    }
    if (completion === null) return;
    replace(insertion(option, completion.answer));
    offer(leadsOn(option) ? "completion" : "nothing");
  };
  const edit = problem === null ? null : correction(draft.text, problem);
  const correct = (to: Edit) => {
    replace(to);
    offer("nothing");
  };

  const step = (by: 1 | -1) => {
    const next = active === -1 && by === -1 ? options.length - 1 : active + by;
    setActive(options[next]?.text ?? null);
  };
  const takenByTab = offered === "completion" ? (options[active] ?? options[0]) : options[active];

  /** What each key does, and whether it did anything. */
  const keys: Record<string, (event: KeyboardEvent) => boolean> = {
    Enter: () => {
      const option = options[active];
      if (option === undefined) submit();
      else take(option);
      return true;
    },
    Escape: () => {
      if (options.length > 0) offer("nothing");
      else if (isChanged) {
        rewrite(value);
        offer("nothing");
      } else return false;
      return true;
    },
    ArrowDown: () => arrow(1),
    ArrowUp: () => arrow(-1),
    Tab: ({ shiftKey }) => {
      if (shiftKey) return false;
      if (takenByTab !== undefined) take(takenByTab);
      else if (edit !== null && options.length === 0) correct(edit);
      else return false;
      return true;
    },
    Delete: () => {
      const option = options[active];
      if (option?.kind !== "recent") return false;
      forget(option.text);
      return true;
    },
    " ": ({ ctrlKey }) => {
      if (ctrlKey) offer(draft.text === "" ? "beginnings" : "completion");
      return ctrlKey;
    },
  };
  const arrow = (by: 1 | -1) => {
    if (options.length > 0) step(by);
    else if (draft.text === "") {
      setOffered("beginnings");
      setActive(beginnings[0]?.text ?? null);
    } else return false;
    return true;
  };

  const inputProps = {
    ref: editor.input,
    value: draft.text,
    onChange: (event: Parameters<typeof editor.read>[0]) => {
      const { text } = editor.read(event);
      offer(text === "" ? "beginnings" : "completion");
    },
    onSelect: ({ currentTarget }: SyntheticEvent<HTMLTextAreaElement>) => {
      if (currentTarget.value !== draft.text || currentTarget.selectionStart === draft.caret) return;
      editor.moveCaret(currentTarget.selectionStart);
      if (offered === "completion") offer("nothing");
    },
    onFocus: () => {
      setFocused(true);
      if (draft.text === "" && offered === "nothing") offer("beginnings");
    },
    onClick: () => {
      if (draft.text === "" && offered === "nothing") offer("beginnings");
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.nativeEvent.isComposing || !(keys[event.key]?.(event) ?? false)) return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
  const onBlur = ({ relatedTarget }: FocusEvent) => {
    if (root.current?.contains(relatedTarget)) return;
    setFocused(false);
    offer("nothing");
  };
  const clear = () => {
    rewrite("");
    editor.input.current?.focus();
  };

  return {
    root,
    draft,
    inputProps,
    onBlur,
    offered,
    options,
    active,
    take,
    forget,
    forgetAll,
    problem,
    edit,
    correct,
    isChanged,
    isFocused,
    submit,
    clear,
    from: completion?.answer.from ?? null,
  };
}

function isBeginning(option: Option): option is Beginning {
  return option.kind === "recent" || option.kind === "example";
}
