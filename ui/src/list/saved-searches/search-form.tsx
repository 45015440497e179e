import { Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/client.ts";
import { messageOf } from "../../kit/states.tsx";

interface NameAndShare {
  name: string;
  shared: boolean;
}

interface SearchFormProps {
  initial: NameAndShare;
  mayShare: boolean;
  verb: string;
  /** What was refused, told where it was given. */
  error: Error | null;
  isPending: boolean;
  onSubmit: (content: NameAndShare) => void;
  onCancel: () => void;
}

/** How a search is called, and who sees it. */
export function SearchForm({ initial, mayShare, verb, error, isPending, onSubmit, onCancel }: SearchFormProps) {
  const [name, setName] = useState(initial.name);
  const [shared, setShared] = useState(initial.shared);
  const isOfName = error instanceof ApiError && error.field === "name";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ name: name.trim(), shared });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" p="xs">
        <TextInput
          label="Name"
          data-autofocus
          autoFocus
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isOfName ? messageOf(error) : undefined}
        />
        <Checkbox
          size="sm"
          label="Share with everyone"
          description={mayShare ? undefined : "To share takes the role analyst"}
          disabled={!mayShare && !initial.shared}
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        {error !== null && !isOfName && (
          <Text fz="sm" c="var(--bad)" role="alert">
            {messageOf(error)}
          </Text>
        )}
        <Group gap="xs" justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={name.trim() === ""}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
