import { Button, Kbd } from "@mantine/core";
import type { ReactNode } from "react";
import { Options } from "./options.tsx";
import classes from "./query-bar.module.css";
import type { QueryBarState } from "./use-query-bar.ts";

interface PanelProps {
  bar: QueryBarState;
  listId: string;
  left: number;
  /** What is wrong. */
  children: ReactNode;
}

/** What stands below the bar while someone writes in it. */
export function Panel({ bar, listId, left, children }: PanelProps) {
  const { options, offered, active, memory } = bar.menu;
  const hasCounts = options.some((option) => "count" in option);
  const hasRecent = options.some(({ kind }) => kind === "recent");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a press in it leaves the keyboard where it is
    <div
      className={classes.panel}
      style={{ "--at": `${Math.round(left)}px` } as React.CSSProperties}
      onMouseDown={(event) => event.preventDefault()}
    >
      {children}
      {options.length > 0 && (
        <>
          <Options id={listId} options={options} active={active} onTake={bar.actions.take} onForget={memory.forget} />
          <div className={classes.foot}>
            <span className={classes.keys}>
              <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> choose
            </span>
            <span className={classes.keys}>
              <Kbd size="xs">{offered === "completion" ? "Tab" : "Enter"}</Kbd> take
            </span>
            <span className={classes.keys}>
              <Kbd size="xs">Esc</Kbd> close
            </span>
            {hasCounts && <span className={classes.aside}>Counted without the rest of the query</span>}
            {hasRecent && (
              <Button size="compact-xs" variant="subtle" color="gray" ml="auto" onClick={memory.forgetAll}>
                Forget all
              </Button>
            )}
          </div>
        </>
      )}
    </div>
  );
}
