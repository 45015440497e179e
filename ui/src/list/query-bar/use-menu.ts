import { useCallback, useState } from "react";
import type { Thing } from "../../api/types.ts";
import type { Draft, Offer } from "./completions.ts";
import { type Beginning, useBeginnings } from "./use-beginnings.ts";
import { useCompletion } from "./use-completion.ts";

export type Option = Offer | Beginning;
/** What is offered below the bar. */
export type Offered = "nothing" | "completion" | "beginnings";

export type Menu = ReturnType<typeof useMenu>;

const none: Option[] = [];
/** So many are drawn: nobody reads on, everybody writes on. */
const mostOptions = 60;

/** What can be taken just now, and which of it the keys are at. */
export function useMenu(draft: Draft, { on, fixed, isFocused }: { on: Thing; fixed: string; isFocused: boolean }) {
  const [offered, setOffered] = useState<Offered>("nothing");
  const [activeText, setActive] = useState<string | null>(null);
  const { beginnings, ...memory } = useBeginnings(on);
  const completion = useCompletion(draft, { on, fixed, isOn: offered === "completion" });
  const offers = { nothing: none, completion: completion?.offers ?? none, beginnings }[offered];
  const options: Option[] = isFocused ? offers.slice(0, mostOptions) : none;
  const active = options.findIndex(({ text }) => text === activeText);
  const offer = useCallback((what: Offered) => {
    setOffered(what);
    setActive(null);
  }, []);
  const step = (by: 1 | -1) => {
    const next = active === -1 && by === -1 ? options.length - 1 : active + by;
    setActive(options[next]?.text ?? null);
  };
  const beginWithFirst = () => {
    setOffered("beginnings");
    setActive(beginnings[0]?.text ?? null);
  };
  return { offered, options, active, answer: completion?.answer ?? null, offer, step, beginWithFirst, memory };
}
