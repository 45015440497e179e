import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import {
  IconArrowsSort,
  IconBaselineDensityMedium,
  IconBaselineDensitySmall,
  IconFilter,
  IconRefresh,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Total } from "../api/types.ts";
import { totalText } from "../kit/numbers.ts";
import { TimeAgo } from "../kit/time.tsx";
import type { Sort } from "./explorer-sort.ts";
import type { SortDescription } from "./explorer-types.ts";
import classes from "./strip.module.css";

export type Density = "comfortable" | "compact";

interface StripProps {
  words: { one: string; many: string };
  total: Total | null;
  readAt: number | null;
  hasNews: boolean;
  onRefresh: () => void;
  sorts: readonly SortDescription[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  density: Density;
  onDensity: (density: Density) => void;
  facets: { isShown: boolean; onToggle: () => void };
  isNarrow: boolean;
  /** The columns, the export. */
  children: ReactNode;
}

/** One line over the rows: how many there are, of when, and how they are shown. */
export function Strip(props: StripProps) {
  const { words, total, facets, isNarrow, children } = props;
  return (
    <div className={classes.holder}>
      <div className={classes.strip}>
        <Tooltip label={facets.isShown && !isNarrow ? "Hide the filters" : "Show the filters"}>
          <ActionIcon onClick={facets.onToggle} aria-label="Filters" aria-expanded={facets.isShown}>
            <IconFilter size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <span className={classes.total} role="status">
          {total === null ? "…" : `${totalText(total)} ${total.value === 1 && !total.capped ? words.one : words.many}`}
        </span>
        <Age {...props} />
        <span className={classes.spacer} />
        <SortMenu {...props} />
        <DensitySwitch {...props} />
        {children}
      </div>
    </div>
  );
}

/** Rows never move by themselves: that there are others now is said here, and a click shows them. */
function Age({ readAt, hasNews, onRefresh }: StripProps) {
  if (readAt === null) return null;
  if (hasNews)
    return (
      <Button
        variant="light"
        size="compact-xs"
        leftSection={<IconRefresh size={13} />}
        onClick={onRefresh}
        aria-label="There is new data: refresh the list"
        style={{ flex: "none" }}
      >
        <span className={classes.word}>New data:&nbsp;</span>refresh
      </Button>
    );
  return (
    <span className={classes.age}>
      updated <TimeAgo key={readAt} at={new Date(readAt).toISOString()} />
    </span>
  );
}

function SortMenu({ sorts, sort, onSort }: StripProps) {
  const now = sorts.find(({ name }) => name === sort.name)!;
  const words = `${now.title}, ${now.words[sort.direction].toLowerCase()}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconArrowsSort size={15} stroke={1.6} />}
          aria-label={`Sorted by ${words}`}
          px={6}
          className={classes.sign}
        >
          <span className={classes.word}>{words}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Sort by</Menu.Label>
        <Menu.RadioGroup value={sort.name} onChange={(name) => onSort({ name, direction: directionOf(sorts, name) })}>
          {sorts.map(({ name, title }) => (
            <Menu.RadioItem key={name} value={name}>
              {title}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.RadioGroup
          value={sort.direction}
          onChange={(direction) => onSort({ ...sort, direction: direction as Sort["direction"] })}
        >
          {(["desc", "asc"] as const).map((direction) => (
            <Menu.RadioItem key={direction} value={direction}>
              {now.words[direction]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

function directionOf(sorts: readonly SortDescription[], name: string): Sort["direction"] {
  return sorts.find((one) => one.name === name)!.direction;
}

function DensitySwitch({ density, onDensity, isNarrow }: StripProps) {
  if (isNarrow) return null;
  const isCompact = density === "compact";
  const Icon = isCompact ? IconBaselineDensitySmall : IconBaselineDensityMedium;
  return (
    <Tooltip label={isCompact ? "Compact rows" : "Comfortable rows"}>
      <ActionIcon
        onClick={() => onDensity(isCompact ? "comfortable" : "compact")}
        aria-label={`Rows are ${density}: make them ${isCompact ? "comfortable" : "compact"}`}
      >
        <Icon size={16} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
