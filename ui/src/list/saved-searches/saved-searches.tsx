import { Button, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBookmark, IconBookmarkFilled, IconChevronDown, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { mayActAs } from "../../../../src/model.ts";
import {
  type SavedSearch,
  type SearchContent,
  savedSearchesQuery,
  useSavedSearchChanges,
} from "../../api/saved-searches.ts";
import { meQuery } from "../../api/session.ts";
import type { Thing } from "../../api/types.ts";
import { Failure, RowSkeletons } from "../../kit/states.tsx";
import { isSameSearch } from "./matching.ts";
import { SavedList } from "./saved-list.tsx";
import classes from "./saved-searches.module.css";
import { SearchForm } from "./search-form.tsx";

interface SavedSearchesProps {
  on: Thing;
  /** What is shown, and what would be saved. */
  current: SearchContent;
  onOpen: (saved: SavedSearch) => void;
}

/** One's own searches and those that others share; and the way to keep what is shown. */
export function SavedSearches({ on, current, onOpen }: SavedSearchesProps) {
  const [isOpen, menu] = useDisclosure(false);
  const { data } = useQuery(savedSearchesQuery);
  const shown = data?.items.find((one) => one.on === on && isSameSearch(one, current));
  const open = (saved: SavedSearch) => {
    menu.close();
    onOpen(saved);
  };
  return (
    <Popover
      opened={isOpen}
      onChange={(next) => next || menu.close()}
      position="bottom-end"
      shadow="sm"
      width={360}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant="default"
          h={36}
          maw={220}
          fw={500}
          onClick={menu.toggle}
          leftSection={
            shown === undefined ? (
              <IconBookmark size={15} color="var(--ink-2)" />
            ) : (
              <IconBookmarkFilled size={15} color="var(--accent)" />
            )
          }
          rightSection={<IconChevronDown size={14} color="var(--ink-2)" />}
          aria-label={shown === undefined ? "Saved searches" : `Saved searches: ${shown.name}`}
        >
          <span className="one-line foreign">{shown?.name ?? "Saved"}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Saved searches">
        <Opened on={on} current={current} onOpen={open} onDone={menu.close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Opened({ on, current, onOpen, onDone }: SavedSearchesProps & { onDone: () => void }) {
  const [isSaving, save] = useDisclosure(false);
  const { data: me = null } = useQuery(meQuery);
  const { data, error, refetch } = useQuery(savedSearchesQuery);
  const { create } = useSavedSearchChanges();
  if (error !== null && data === undefined) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <RowSkeletons rows={3} height={16} gap={12} />;
  if (isSaving)
    return (
      <SearchForm
        initial={{ name: "", shared: false }}
        verb="Save"
        mayShare={me !== null && mayActAs(me.role, "analyst")}
        error={create.error}
        isPending={create.isPending}
        onSubmit={(content) => create.mutate({ ...content, ...current, on }, { onSuccess: onDone })}
        onCancel={save.close}
      />
    );
  return (
    <>
      <SavedList all={data.items} on={on} me={me} current={current} onOpen={onOpen} />
      <div className={classes.foot}>
        <Button
          variant="default"
          fullWidth
          data-autofocus
          autoFocus
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            create.reset();
            save.open();
          }}
        >
          Save this search
        </Button>
      </div>
    </>
  );
}
