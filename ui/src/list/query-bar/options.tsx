import { IconX } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { totalText } from "../../kit/numbers.ts";
import classes from "./query-bar.module.css";
import type { Option } from "./use-menu.ts";

interface OptionsProps {
  id: string;
  options: readonly Option[];
  active: number;
  onTake: (option: Option) => void;
  onForget: (query: string) => void;
}

const headings: Partial<Record<Option["kind"], string>> = { recent: "Asked before", example: "For example" };

/** What can be taken, below what is written. The keyboard stays in the text; `active` is the one that its keys are at. */
export function Options({ id, options, active, onTake, onForget }: OptionsProps) {
  useEffect(() => {
    if (active !== -1) document.getElementById(optionId(id, active))?.scrollIntoView({ block: "nearest" });
  }, [id, active]);
  const groups = [...new Set(options.map(headingOf))];
  return (
    <div className={classes.list} id={id} role="listbox" aria-label="Suggestions">
      {groups.map((heading) => (
        <OptionGroup key={heading} heading={heading}>
          {options.map((option, at) =>
            headingOf(option) === heading ? (
              <OptionRow
                key={`${option.kind} ${option.text}`}
                id={optionId(id, at)}
                option={option}
                isActive={at === active}
                onTake={onTake}
                onForget={onForget}
              />
            ) : null,
          )}
        </OptionGroup>
      ))}
    </div>
  );
}

function headingOf({ kind }: Option): string {
  return headings[kind] ?? "";
}

function OptionGroup({ heading, children }: { heading: string; children: ReactNode }) {
  if (heading === "") return children;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
    <div role="group" aria-label={heading}>
      <div className={classes.heading} aria-hidden="true">
        {heading}
      </div>
      {children}
    </div>
  );
}

export function optionId(listId: string, at: number): string {
  return `${listId}-${at}`;
}

interface OptionRowProps {
  id: string;
  option: Option;
  isActive: boolean;
  onTake: (option: Option) => void;
  onForget: (query: string) => void;
}

function OptionRow({ id, option, isActive, onTake, onForget }: OptionRowProps) {
  const { kind, text, description } = option;
  const { count, isPartial = false } = "count" in option ? option : {};
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the text field choose and take it
    <div
      className={classes.option}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      onClick={() => onTake(option)}
    >
      <span
        className={`${classes.optionText} one-line foreign`}
        data-wide={description === "" || undefined}
        title={text}
      >
        {text}
      </span>
      {description !== "" && <span className={`${classes.description} one-line`}>{description}</span>}
      {count !== undefined && (
        <span className={`${classes.count} number`}>{totalText({ value: count, capped: isPartial })}</span>
      )}
      {kind === "recent" && (
        <span
          className={classes.forget}
          title="Forget it (Delete)"
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            onForget(text);
          }}
        >
          <IconX size={13} />
        </span>
      )}
    </div>
  );
}
