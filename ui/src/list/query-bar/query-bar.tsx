import { Group, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import type { ApiError } from "../../api/client.ts";
import type { Thing } from "../../api/types.ts";

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
}

export function QueryBar({ value, onSubmit, placeholder, error, fixed }: QueryBarProps) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(draft);
      }}
    >
      <Group gap="xs" wrap="nowrap">
        {fixed !== undefined && <span className="mono">{fixed}</span>}
        <TextInput
          flex={1}
          data-query-bar
          aria-label="Query"
          value={draft}
          placeholder={placeholder}
          error={error?.message}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
      </Group>
    </form>
  );
}
