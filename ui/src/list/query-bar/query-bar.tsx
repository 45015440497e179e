import { ActionIcon, Button, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconArrowRight, IconSearch, IconX } from "@tabler/icons-react";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { ApiError } from "../../api/client.ts";
import type { Thing } from "../../api/types.ts";
import { Layer, leftOf } from "./layer.tsx";
import { optionId } from "./options.tsx";
import { Panel } from "./panel.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { placeOf } from "./problems.ts";
import classes from "./query-bar.module.css";
import { useQueryBar } from "./use-query-bar.ts";

interface QueryBarProps {
  on: Thing;
  /** The query whose result is shown. */
  value: string;
  onSubmit: (query: string) => void;
  placeholder?: string;
  /** What the server said of that query. */
  error?: ApiError | null;
  /** A condition that the page adds by itself. */
  fixed?: string;
  /** Told what is written, whether it was searched or not; the same function at each drawing. */
  onDraft?: (text: string) => void;
}

/** Where a query is written: it colours, completes and checks what is written, and never makes its writer wait. */
export function QueryBar({ on, value, onSubmit, placeholder, error = null, fixed = "", onDraft }: QueryBarProps) {
  const bar = useQueryBar({ on, value, onSubmit, error, fixed });
  useEffect(() => onDraft?.(bar.draft.text), [bar.draft.text, onDraft]);
  const { draft, problem, isChanged, actions } = bar;
  const { options, active, answer } = bar.menu;
  const listId = useId();
  const noteId = useId();
  const layer = useRef<HTMLDivElement>(null);
  const mark = problem === null ? null : placeOf(draft.text, problem.position);
  const isPanelOpen = bar.isFocused && (options.length > 0 || (problem !== null && isChanged));
  const anchor = options.length === 0 ? mark?.from : answer?.from;
  const left = useLeft(layer, isPanelOpen ? (anchor ?? 0) : 0);
  const note = problem !== null && (
    <ProblemNote
      id={noteId}
      problem={problem}
      onCorrect={actions.canCorrect ? actions.correct : null}
      hasKey={bar.isFocused && options.length === 0}
    />
  );
  return (
    <search>
      <form
        className={classes.bar}
        ref={bar.root}
        onBlur={bar.onBlur}
        onSubmit={(event) => {
          event.preventDefault();
          actions.submit();
        }}
      >
        <div className={classes.box} data-wrong={problem !== null || undefined}>
          <IconSearch className={classes.icon} size={16} aria-hidden="true" />
          {fixed !== "" && (
            <Tooltip label="This page asks for these only. All findings has no such condition.">
              <span className={`${classes.chip} one-line`}>{fixed}</span>
            </Tooltip>
          )}
          <div className={classes.editor}>
            <Layer text={draft.text} mark={mark} ref={layer} />
            <textarea
              {...bar.inputProps}
              className={classes.text}
              data-query-bar
              rows={1}
              name="q"
              aria-label="Query"
              aria-autocomplete="list"
              aria-haspopup="listbox"
              aria-controls={options.length > 0 ? listId : undefined}
              aria-activedescendant={active === -1 ? undefined : optionId(listId, active)}
              aria-invalid={problem !== null}
              aria-describedby={problem === null ? undefined : noteId}
              placeholder={placeholder}
              autoComplete="off"
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
              enterKeyHint="search"
              onScroll={({ currentTarget }) => layer.current?.scrollTo({ top: currentTarget.scrollTop })}
            />
          </div>
          <div className={classes.buttons}>
            {draft.text !== "" && (
              <ActionIcon size={26} aria-label="Clear the query" onClick={actions.clear}>
                <IconX size={15} />
              </ActionIcon>
            )}
            <Tooltip label="What you wrote is not searched yet" disabled={!isChanged}>
              <Button type="submit" size="compact-sm" h={28} variant={isChanged ? "filled" : "subtle"}>
                <span className={classes.searchWord}>Search</span>
                <IconArrowRight className={classes.searchSign} size={16} aria-label="Search" />
              </Button>
            </Tooltip>
          </div>
        </div>
        <VisuallyHidden role="status">
          {options.length > 0 ? `${options.length} suggestions, arrow down to choose` : ""}
        </VisuallyHidden>
        {isPanelOpen && (
          <Panel bar={bar} listId={listId} left={left}>
            {isChanged && note}
          </Panel>
        )}
        {problem !== null && !isChanged && (
          <div className={classes.below} role="alert">
            {note}
          </div>
        )}
      </form>
    </search>
  );
}

/** How far right a place of the text is, so that what is offered stands below it. */
function useLeft(layer: React.RefObject<HTMLElement | null>, offset: number): number {
  const [left, setLeft] = useState(0);
  useLayoutEffect(() => {
    const { current } = layer;
    const editor = current?.parentElement?.offsetLeft ?? 0;
    if (current !== null) setLeft(offset === 0 ? 0 : editor + leftOf(current, offset));
  }, [layer, offset]);
  return left;
}
