import { Button, Group, SegmentedControl, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { ApiError } from "../../api/client.ts";
import { useMay } from "../../api/me.ts";
import { type TagText, tagQuery, useTagChanges } from "../../api/tags.ts";
import { criticalities } from "../../kit/criticality.ts";
import { AppLink, useGo } from "../../kit/link.tsx";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Empty, Failure, RowSkeletons } from "../../kit/states.tsx";
import { QueryBar } from "../../list/query-bar/query-bar.tsx";
import { hrefs } from "../../places.ts";
import { TagPreviewPanel } from "./tag-preview.tsx";

/** One tag, made or changed; `query`: what a new one shall find. */
export function TagEditor({ id, query }: { id: string | null; query: string | undefined }) {
  const mayEdit = useMay("analyst");
  const { data, error, refetch } = useQuery({ ...tagQuery(id ?? ""), enabled: id !== null });
  const title = id === null ? "New tag" : (data?.name ?? "Tag");
  const fresh: TagText = {
    name: "",
    kind: query === undefined ? "static" : "dynamic",
    query: query ?? "",
    criticality: null,
    description: null,
  };
  const known = id === null ? fresh : data;
  return (
    <Page width={760}>
      <PageHead
        title={title}
        above={
          <AppLink href={hrefs.tags()} c="dimmed" fz="inherit">
            Settings › Tags
          </AppLink>
        }
      />
      {!mayEdit && <Empty title="To change tags takes the role analyst">Ask an administrator for it.</Empty>}
      {mayEdit && error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {mayEdit && error === null && known === undefined && <RowSkeletons rows={4} height={34} />}
      {mayEdit && known !== undefined && <TagForm id={id} initial={known} />}
    </Page>
  );
}

const nothing = "none";
const choices = [
  { value: nothing, label: "It says nothing of that" },
  ...criticalities.map(({ value, words }) => ({ value: String(value), label: `${value} of 5: ${words}` })),
];

function TagForm({ id, initial }: { id: string | null; initial: TagText }) {
  const [tag, setTag] = useState<TagText>({ ...initial, query: initial.query ?? "" });
  const [looked, setLooked] = useState(initial.query ?? "");
  const { save } = useTagChanges();
  const go = useGo();
  const change = (changes: Partial<TagText>) => setTag((before) => ({ ...before, ...changes }));
  const writeQuery = useCallback((text: string) => setTag((before) => ({ ...before, query: text })), []);
  const at = (field: string) =>
    save.error instanceof ApiError && save.error.field === field ? save.error.message : undefined;
  const isDynamic = tag.kind === "dynamic";
  const query = tag.query ?? "";
  const submit = () =>
    save.mutate(
      { id, ...tag, query: isDynamic ? query : null, description: tag.description?.trim() || null },
      { onSuccess: () => go(hrefs.tags()) },
    );
  const isAtName = at("name") !== undefined;
  return (
    <Stack gap="md">
      {save.error !== null && !isAtName && <Failure error={save.error} title="Not saved" />}
      <TextInput
        label="Name"
        required
        maxLength={200}
        value={tag.name}
        onChange={({ currentTarget: { value } }) => change({ name: value })}
        error={at("name")}
      />
      {id === null && (
        <div>
          <Text fz="sm" fw={600} mb={4} id="tag-kind">
            On which assets
          </Text>
          <SegmentedControl
            aria-labelledby="tag-kind"
            value={tag.kind}
            onChange={(kind) => change({ kind: kind as TagText["kind"] })}
            data={[
              { value: "static", label: "Those that I choose" },
              { value: "dynamic", label: "All that a query finds" },
            ]}
          />
        </div>
      )}
      {isDynamic ? (
        <div>
          <Text fz="sm" fw={600} mb={4}>
            Query over assets
          </Text>
          <QueryBar
            on="assets"
            value={looked}
            onSubmit={setLooked}
            onDraft={writeQuery}
            placeholder="class:storage AND internetExposed:true"
          />
          <Text fz="xs" c="dimmed" mt={4}>
            The tag comes to what it finds and goes from what it does not find any more, after each run and every few
            minutes. Ask for the tags that come from Wiz with <span className="mono">sourceTags</span>.
          </Text>
          <TagPreviewPanel query={query} tag={id ?? undefined} />
        </div>
      ) : (
        <Text fz="sm" c="dimmed">
          Put it on assets from their page, or on many at once: in the inventory, <b>Tag</b> marks all that a query
          finds.
        </Text>
      )}
      <Select
        label="How much its assets matter"
        description="An asset is as critical as the highest of its tags says; without any it is 2 of 5."
        allowDeselect={false}
        data={choices}
        value={tag.criticality === null ? nothing : String(tag.criticality)}
        onChange={(value) => change({ criticality: value === nothing || value === null ? null : Number(value) })}
      />
      <Textarea
        label="Description"
        description="What it means, for whoever meets it"
        autosize
        minRows={2}
        maxLength={2_000}
        value={tag.description ?? ""}
        onChange={({ currentTarget: { value } }) => change({ description: value })}
      />
      <Group gap="xs" justify="flex-end">
        <Button variant="default" onClick={() => go(hrefs.tags())}>
          Cancel
        </Button>
        <Button
          onClick={submit}
          loading={save.isPending}
          disabled={tag.name.trim() === "" || (isDynamic && query.trim() === "")}
        >
          {id === null ? "Make the tag" : "Save"}
        </Button>
      </Group>
    </Stack>
  );
}
