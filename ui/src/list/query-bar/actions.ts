import type { QueryProblem } from "../../api/query-language.ts";
import { insertion, leadsOn } from "./completions.ts";
import { correction } from "./problems.ts";
import type { Beginning } from "./use-beginnings.ts";
import type { Editor } from "./use-editor.ts";
import type { Menu, Option } from "./use-menu.ts";

interface Parts {
  editor: Editor;
  menu: Menu;
  problem: QueryProblem | null;
  /** The query whose result is shown. */
  value: string;
  onSubmit: (query: string) => void;
}

export type Actions = ReturnType<typeof createActions>;

/** What one can do in the query bar, by key or pointer. */
export function createActions({ editor, menu, problem, value, onSubmit }: Parts) {
  const { draft, replace, input } = editor;
  const rewrite = (text: string) => replace({ from: 0, to: draft.text.length, text });
  const submit = (query = draft.text.trim()) => {
    menu.offer("nothing");
    void menu.memory.remember(query);
    onSubmit(query);
  };
  const take = (option: Option) => {
    if (isBeginning(option)) {
      rewrite(option.text);
      submit(option.text);
    } else if (menu.answer !== null) {
      replace(insertion(option, menu.answer));
      menu.offer(leadsOn(option) ? "completion" : "nothing");
    }
  };
  const edit = problem === null ? null : correction(draft.text, problem);
  const correct = () => {
    if (edit !== null) replace(edit);
    menu.offer("nothing");
  };
  const revert = () => {
    rewrite(value);
    menu.offer("nothing");
  };
  const clear = () => {
    rewrite("");
    input.current?.focus();
  };
  const suggest = () => menu.offer(draft.text === "" ? "beginnings" : "completion");
  return { submit, take, canCorrect: edit !== null, correct, revert, clear, suggest };
}

function isBeginning(option: Option): option is Beginning {
  return option.kind === "recent" || option.kind === "example";
}
