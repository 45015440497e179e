import { ActionIcon, Menu, Text, UnstyledButton } from "@mantine/core";
import { IconCheck, IconDots, IconUsers } from "@tabler/icons-react";
import type { SavedSearch } from "../../api/saved-searches.ts";
import classes from "./saved-searches.module.css";

interface RowActions {
  onOpen: () => void;
  /** Puts what is shown in its place. */
  onReplace: () => void;
  onRename: () => void;
  onRemove: () => void;
}

interface SearchRowProps extends RowActions {
  saved: SavedSearch;
  isCurrent: boolean;
  isOwn: boolean;
}

/** One of them: its name and query, and for whoever may change it what can be done with it. */
export function SearchRow({ saved, isCurrent, isOwn, onOpen, ...actions }: SearchRowProps) {
  const { name, query, shared, owner, mayChange } = saved;
  const whose = isOwn ? "Shared with everyone" : `Shared by ${owner?.name ?? "someone who is gone"}`;
  return (
    <li className={classes.row}>
      <UnstyledButton className={classes.open} onClick={onOpen} aria-current={isCurrent || undefined}>
        <span className={classes.name}>
          <span className="one-line foreign" title={name}>
            {name}
          </span>
          {isCurrent && <IconCheck size={14} aria-label="This is shown now" />}
          {shared && <IconUsers size={14} className={classes.quiet} aria-label={whose} title={whose} />}
        </span>
        <Text component="span" className="one-line foreign mono" c="dimmed" title={query}>
          {query === "" ? "everything" : query}
        </Text>
      </UnstyledButton>
      {mayChange && <RowMenu name={name} isCurrent={isCurrent} {...actions} />}
    </li>
  );
}

function RowMenu({ name, isCurrent, onReplace, onRename, onRemove }: RowMenuProps) {
  return (
    <Menu position="bottom-end" shadow="sm" withinPortal={false}>
      <Menu.Target>
        <ActionIcon size={28} aria-label={`Change ${name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onReplace} disabled={isCurrent}>
          Replace with what is shown
        </Menu.Item>
        <Menu.Item onClick={onRename}>Rename or share…</Menu.Item>
        <Menu.Item onClick={onRemove} color="red">
          Delete…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

type RowMenuProps = Omit<RowActions, "onOpen"> & { name: string; isCurrent: boolean };
