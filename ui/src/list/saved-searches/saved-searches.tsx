import { Button, Menu } from "@mantine/core";
import { IconBookmark } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { SavedSearch } from "../../api/saved-searches.ts";
import { savedSearchesQuery } from "../../api/saved-searches.ts";
import type { Thing } from "../../api/types.ts";

interface SavedSearchesProps {
  on: Thing;
  current: SearchContent;
  onOpen: (saved: SavedSearch) => void;
}

/** What a search is, but for its name. `null`: as the list has it by itself. */
export interface SearchContent {
  query: string;
  sort: string | null;
  columns: string[] | null;
}

/** One's own searches and those that others share. */
export function SavedSearches({ on, onOpen }: SavedSearchesProps) {
  const { data } = useQuery(savedSearchesQuery);
  const searches = data?.items.filter((one) => one.on === on) ?? [];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconBookmark size={14} />}>
          Saved
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {searches.map((saved) => (
          <Menu.Item key={saved.id} onClick={() => onOpen(saved)}>
            {saved.name}
          </Menu.Item>
        ))}
        {searches.length === 0 && <Menu.Label>Nothing is saved yet</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
