import { Button, Group, Text } from "@mantine/core";
import { ApiError } from "../../../api/client.ts";
import { Failure } from "../../../kit/states.tsx";

interface SaveBarProps {
  isChanged: boolean;
  isPending: boolean;
  isSaved: boolean;
  error: unknown;
  /** What saving does besides. */
  effect?: string | null;
  onDiscard: () => void;
}

/** The end of a form over something stored. What a field is said to be wrong about stands at that field. */
export function SaveBar({ isChanged, isPending, isSaved, error, effect = null, onDiscard }: SaveBarProps) {
  const isAtField = error instanceof ApiError && error.field !== undefined;
  return (
    <>
      {isChanged && effect !== null && (
        <Text fz="sm" mt="sm" maw={760}>
          {effect}
        </Text>
      )}
      {error != null && !isAtField && (
        <div style={{ maxWidth: 760, marginTop: 12 }}>
          <Failure error={error} title="It was not saved" />
        </div>
      )}
      <Group gap="sm" mt="sm" mih={30}>
        <Button type="submit" loading={isPending} disabled={!isChanged}>
          Save
        </Button>
        {isChanged && (
          <Button variant="default" onClick={onDiscard}>
            Discard
          </Button>
        )}
        {!isChanged && isSaved && (
          <Text fz="sm" c="var(--good)" role="status">
            Saved. It applies within seconds.
          </Text>
        )}
      </Group>
    </>
  );
}

/** What the API says of its fields. */
export function fieldErrors(error: unknown): Partial<Record<string, string>> {
  return error instanceof ApiError && error.field !== undefined ? { [error.field]: error.message } : {};
}
