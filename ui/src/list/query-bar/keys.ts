import type { KeyboardEvent } from "react";
import type { Actions } from "./actions.ts";
import type { Menu } from "./use-menu.ts";

interface Bar {
  menu: Menu;
  actions: Actions;
  isEmpty: boolean;
  /** Whether something else is written than what is shown. */
  isChanged: boolean;
}

/** What each key does; `false`: nothing, so that it stays the browser's. */
const keys: Record<string, (bar: Bar, event: KeyboardEvent) => boolean> = {
  Enter: ({ menu, actions }) => {
    const option = menu.options[menu.active];
    if (option === undefined) actions.submit();
    else actions.take(option);
    return true;
  },
  Escape: ({ menu, actions, isChanged }) => {
    if (menu.options.length > 0) menu.offer("nothing");
    else if (isChanged) actions.revert();
    else return false;
    return true;
  },
  Tab: ({ menu, actions }, { shiftKey }) => {
    const { options, active, offered } = menu;
    const option = options[active] ?? (offered === "completion" ? options[0] : undefined);
    if (shiftKey) return false;
    if (option !== undefined) actions.take(option);
    else if (actions.canCorrect && options.length === 0) actions.correct();
    else return false;
    return true;
  },
  Delete: ({ menu }) => {
    const option = menu.options[menu.active];
    if (option?.kind !== "recent") return false;
    menu.memory.forget(option.text);
    return true;
  },
  " ": ({ actions }, { ctrlKey }) => {
    if (ctrlKey) actions.suggest();
    return ctrlKey;
  },
  ArrowDown: (bar) => arrow(bar, 1),
  ArrowUp: (bar) => arrow(bar, -1),
};

function arrow({ menu, isEmpty }: Bar, by: 1 | -1): boolean {
  if (menu.options.length > 0) menu.step(by);
  else if (isEmpty) menu.beginWithFirst();
  else return false;
  return true;
}

export function onQueryKey(bar: Bar, event: KeyboardEvent): void {
  // While an input method composes a word its keys are its own.
  if (event.nativeEvent.isComposing || !(keys[event.key]?.(bar, event) ?? false)) return;
  event.preventDefault();
  event.stopPropagation();
}
