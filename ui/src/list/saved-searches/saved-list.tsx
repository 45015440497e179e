import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { mayActAs } from "../../../../src/model.ts";
import { type SavedSearch, type SearchContent, useSavedSearchChanges } from "../../api/saved-searches.ts";
import type { Principal, Thing } from "../../api/types.ts";
import { messageOf } from "../../kit/states.tsx";
import { findSearches, isSameSearch } from "./matching.ts";
import classes from "./saved-searches.module.css";
import { SearchForm } from "./search-form.tsx";
import { SearchRow } from "./search-row.tsx";

interface SavedListProps {
  all: readonly SavedSearch[];
  on: Thing;
  me: Principal | null;
  current: SearchContent;
  onOpen: (saved: SavedSearch) => void;
}

/** Past so many a filter helps. */
const few = 6;

export function SavedList({ all, on, me, current, onOpen }: SavedListProps) {
  const [text, setText] = useState("");
  const [asked, ask] = useState<{ id: string; about: "rename" | "remove" } | null>(null);
  const { change, remove } = useSavedSearchChanges();
  const found = findSearches(all, { on, text, me: me?.userId ?? null });
  const list = useRef<HTMLUListElement>(null);
  const begin = (next: typeof asked) => {
    change.reset();
    remove.reset();
    ask(next);
  };
  // What was asked goes away with the keyboard in it.
  const end = () => {
    begin(null);
    list.current?.focus();
  };
  const done = { onSuccess: end };
  return (
    <>
      {all.filter((one) => one.on === on).length > few && (
        <TextInput
          m="xs"
          mb={0}
          aria-label="Find a saved search"
          placeholder="Find"
          leftSection={<IconSearch size={15} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {asked === null && change.error !== null && (
        <Text fz="sm" c="var(--bad)" p="xs" role="alert">
          {messageOf(change.error)}
        </Text>
      )}
      <ul className={classes.list} ref={list} tabIndex={-1} aria-label="Saved searches">
        {found.map((saved) =>
          asked?.id !== saved.id ? (
            <SearchRow
              key={saved.id}
              saved={saved}
              isCurrent={isSameSearch(saved, current)}
              isOwn={saved.owner?.id === me?.userId}
              onOpen={() => onOpen(saved)}
              onReplace={() => change.mutate({ id: saved.id, ...current })}
              onRename={() => begin({ id: saved.id, about: "rename" })}
              onRemove={() => begin({ id: saved.id, about: "remove" })}
            />
          ) : asked.about === "rename" ? (
            <li key={saved.id}>
              <SearchForm
                initial={saved}
                verb="Change"
                mayShare={me !== null && mayActAs(me.role, "analyst")}
                error={change.error}
                isPending={change.isPending}
                onSubmit={(content) => change.mutate({ id: saved.id, ...content }, done)}
                onCancel={end}
              />
            </li>
          ) : (
            <li key={saved.id}>
              <ConfirmRemoval
                saved={saved}
                error={remove.error}
                isPending={remove.isPending}
                onConfirm={() => remove.mutate(saved.id, done)}
                onCancel={end}
              />
            </li>
          ),
        )}
      </ul>
      {found.length === 0 && (
        <Text fz="sm" c="dimmed" px="sm" pb="sm">
          {text === ""
            ? "Nothing is saved yet. Save a search that you ask often; the address of the page can be sent as it is."
            : "None of them is called so."}
        </Text>
      )}
    </>
  );
}

interface ConfirmRemovalProps {
  saved: SavedSearch;
  error: Error | null;
  isPending: boolean;
  onConfirm: () => void;
  onCancel: () => void;
}

function ConfirmRemoval({ saved, error, isPending, onConfirm, onCancel }: ConfirmRemovalProps) {
  return (
    <Stack gap="xs" className={classes.confirm} role="alertdialog" aria-label={`Delete ${saved.name}`}>
      <Text fz="sm" className="foreign">
        Delete “{saved.name}”{saved.shared ? " for everyone" : ""}?
      </Text>
      {error !== null && (
        <Text fz="sm" c="var(--bad)">
          {messageOf(error)}
        </Text>
      )}
      <Group gap="xs" justify="flex-end">
        <Button variant="default" onClick={onCancel} autoFocus>
          Keep
        </Button>
        <Button color="red" loading={isPending} onClick={onConfirm}>
          Delete
        </Button>
      </Group>
    </Stack>
  );
}
