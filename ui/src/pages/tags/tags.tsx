import { Button, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useMay } from "../../api/me.ts";
import { tagsQuery } from "../../api/tags.ts";
import type { Tag } from "../../api/types.ts";
import { AppLink, useGo } from "../../kit/link.tsx";
import { countText } from "../../kit/numbers.ts";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Empty, Failure, RowSkeletons } from "../../kit/states.tsx";
import { hrefs } from "../../places.ts";
import { RemoveTag } from "./remove-tag.tsx";
import { TagEditor } from "./tag-editor.tsx";
import { TagTable } from "./tag-table.tsx";

/** People's own tags: a list of them, or one that is made or changed. */
export function TagsPage() {
  const { edit, q } = useSearch({ strict: false }) as { edit?: string; q?: string };
  return edit === undefined ? <TagList /> : <TagEditor key={edit} id={edit === "new" ? null : edit} query={q} />;
}

function TagList() {
  const { data, error, isPending, refetch } = useQuery(tagsQuery);
  const [removed, setRemoved] = useState<Tag | null>(null);
  const mayEdit = useMay("analyst");
  const go = useGo();
  const make = mayEdit ? (
    <Button leftSection={<IconPlus size={14} />} onClick={() => go(hrefs.tags({ edit: "new" }))}>
      New tag
    </Button>
  ) : undefined;
  const left = data === undefined ? 0 : data.pending - data.items.reduce((sum, { pending }) => sum + pending, 0);
  return (
    <Page>
      <PageHead title="Tags" above="Settings" actions={make}>
        Your own marks on assets, beside the tags that come from Wiz. A tag may say how much its assets matter: an asset
        is as critical as the highest of its tags says, else 2 of 5, and its risk score is multiplied with that.{" "}
        <AppLink href={hrefs.help("tags")} fz="inherit">
          How tags work
        </AppLink>
      </PageHead>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {isPending && <RowSkeletons rows={4} />}
      {data?.items.length === 0 && (
        <Empty title="No tags of your own yet" action={make}>
          Mark the crown jewels, what faces customers, what may go at night. A tag is put on assets that you choose, or
          comes by itself to all that a query finds.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && <TagTable tags={data.items} onRemove={setRemoved} />}
      {left > 0 && (
        <Text fz="xs" c="dimmed" mt="xs" role="status">
          After a tag was deleted, {countText(left, "asset")} {left === 1 ? "is" : "are"} still to be brought up to
          date.
        </Text>
      )}
      {removed !== null && <RemoveTag tag={removed} onClose={() => setRemoved(null)} />}
    </Page>
  );
}
