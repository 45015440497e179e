import { Button, Code, Group, Modal, Radio, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { tagsQuery, useTagChanges } from "../../api/tags.ts";
import type { Tag } from "../../api/types.ts";
import { AppLink } from "../../kit/link.tsx";
import { countText } from "../../kit/numbers.ts";
import { Failure } from "../../kit/states.tsx";
import { countQuery } from "../../list/export-queries.ts";
import { hrefs } from "../../places.ts";
import { TagAllProgress } from "./tag-all-progress.tsx";

interface TagAllProps {
  query: string;
  isOpen: boolean;
  onClose: () => void;
}

/** A static tag comes to all that a query finds, or goes from it: how many that are before, how far it is after. */
export function TagAllDialog({ query, isOpen, onClose }: TagAllProps) {
  const tags = useQuery(tagsQuery);
  const { putAll } = useTagChanges();
  const [tag, setTag] = useState<string | null>(null);
  const [action, setAction] = useState<"add" | "remove">("add");
  const statics = tags.data?.items.filter(({ kind }) => kind === "static") ?? [];
  const chosen = statics.find(({ id }) => id === tag);
  return (
    <Modal opened={isOpen} onClose={onClose} title="Tag what this query finds" size={520}>
      {putAll.data !== undefined && chosen !== undefined ? (
        <TagAllProgress tag={chosen} action={action} total={putAll.data.total} onClose={onClose} />
      ) : (
        <Stack gap="sm">
          <Code block className="foreign" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {query === "" ? "everything" : query}
          </Code>
          <Found query={query} />
          {tags.error !== null && <Failure error={tags.error} onRetry={() => void tags.refetch()} />}
          {tags.data !== undefined && statics.length === 0 ? (
            <NoTags query={query} />
          ) : (
            <Choice statics={statics} tag={tag} onTag={setTag} action={action} onAction={setAction} query={query} />
          )}
          {putAll.error !== null && <Failure error={putAll.error} title="Not done" />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              disabled={tag === null}
              loading={putAll.isPending}
              onClick={() => tag !== null && putAll.mutate({ id: tag, query, action })}
            >
              {action === "add" ? "Tag them" : "Take it away"}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function Found({ query }: { query: string }) {
  const { data, error } = useQuery(countQuery("assets", query));
  if (error !== null) return <Failure error={error} title="They could not be counted" />;
  return (
    <Text fz="sm" role="status">
      {data === undefined
        ? "Counting …"
        : `${data.isExact ? "" : "At least "}${countText(data.value, "asset")}, as of now.`}
    </Text>
  );
}

interface ChoiceProps {
  statics: readonly Tag[];
  tag: string | null;
  onTag: (id: string | null) => void;
  action: "add" | "remove";
  onAction: (action: "add" | "remove") => void;
  query: string;
}

function Choice({ statics, tag, onTag, action, onAction, query }: ChoiceProps) {
  return (
    <>
      <Select
        label="Tag"
        placeholder="Choose a tag"
        searchable
        data={statics.map(({ id, name }) => ({ value: id, label: name }))}
        value={tag}
        onChange={onTag}
        nothingFoundMessage="No such tag on chosen assets"
      />
      <Radio.Group label="What happens" value={action} onChange={(value) => onAction(value as "add" | "remove")}>
        <Group gap="lg" mt={4}>
          <Radio value="add" label="They get it" />
          <Radio value="remove" label="They lose it" />
        </Group>
      </Radio.Group>
      <Text fz="xs" c="dimmed">
        What the query finds later does not get it by itself.{" "}
        <AppLink href={hrefs.tags({ edit: "new", q: query })} fz="inherit">
          Make a tag that follows this query
        </AppLink>
      </Text>
    </>
  );
}

function NoTags({ query }: { query: string }) {
  return (
    <Text fz="sm">
      There is no tag for chosen assets yet.{" "}
      <AppLink href={hrefs.tags({ edit: "new" })} fz="inherit">
        Make one
      </AppLink>
      , or{" "}
      <AppLink href={hrefs.tags({ edit: "new", q: query })} fz="inherit">
        make a tag that follows this query
      </AppLink>
      .
    </Text>
  );
}
