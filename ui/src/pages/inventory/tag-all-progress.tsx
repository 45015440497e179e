import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { tagsQuery } from "../../api/tags.ts";
import type { Tag } from "../../api/types.ts";
import { useGo } from "../../kit/link.tsx";
import { countText, numberText } from "../../kit/numbers.ts";
import { hrefs } from "../../places.ts";
import { term } from "../../query/terms.ts";

interface TagAllProgressProps {
  tag: Tag;
  action: "add" | "remove";
  /** How many the query found when it was asked for. */
  total: number;
  onClose: () => void;
}

/** It goes on by itself, also when nobody watches. */
export function TagAllProgress({ tag, action, total, onClose }: TagAllProgressProps) {
  const { data } = useQuery(tagsQuery);
  const go = useGo();
  const now = data?.items.find(({ id }) => id === tag.id) ?? tag;
  const asked = now.bulk.find((one) => one.action === action);
  const isFound = asked === undefined;
  const left = data?.pending ?? 0;
  const share = isFound
    ? 50 + (50 * Math.max(0, total - left)) / Math.max(1, total)
    : (50 * asked.done) / Math.max(1, total);
  const isDone = isFound && left === 0;
  return (
    <Stack gap="sm">
      <Text fz="sm" role="status">
        {isDone
          ? `Done: ${action === "add" ? `${countText(now.assets, "asset")} ${now.assets === 1 ? "has" : "have"} it now` : `it is gone from what the query found`}.`
          : isFound
            ? `${countText(left, "asset")} to bring up to date: tags, criticality, findings, risk score.`
            : `${numberText(asked.done)} of ${numberText(total)} found.`}
      </Text>
      {!isDone && <Progress value={share} aria-label="How far it is" />}
      <Text fz="xs" c="dimmed">
        {isDone ? "The list shows it when it is read again." : "This goes on in the background when you close it."}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button
          variant="default"
          onClick={() => {
            onClose();
            go(hrefs.assets({ q: term("ownTags", now.name) }));
          }}
        >
          Show its assets
        </Button>
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Stack>
  );
}
