import { ActionIcon, Button, Select, Tooltip } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useMay } from "../api/me.ts";
import { tagsQuery, useTagChanges } from "../api/tags.ts";
import type { AssetDetail } from "../api/types.ts";
import { AppLink } from "../kit/link.tsx";
import { messageOf } from "../kit/states.tsx";
import { hrefs } from "../places.ts";
import { criticalityText, isFollowing } from "./asset-tag-words.ts";
import tagClasses from "./asset-tags.module.css";
import classes from "./details.module.css";
import { assetQuery } from "./queries.ts";
import { QueryLink } from "./query-link.tsx";

/** How much it matters, and which tag says so. */
export function AssetCriticality({ asset }: { asset: AssetDetail }) {
  const cause = criticalityText(asset);
  return (
    <>
      <QueryLink on="assets" field="criticality" value={asset.criticality} text={`${asset.criticality} of 5`} />
      {cause !== "" && <span className={`${classes.none} foreign`}>, {cause}</span>}
    </>
  );
}

const followMs = 1_000;

/** Once its tags have changed, the rest follows within a second or so, or with the batches of a large change. */
function useFollowing(asset: AssetDetail): boolean {
  const client = useQueryClient();
  const isBehind = isFollowing(asset);
  const { id } = asset;
  useEffect(() => {
    if (!isBehind) return;
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: assetQuery(id).queryKey }), followMs);
    return () => clearInterval(timer);
  }, [client, id, isBehind]);
  return isBehind;
}

/** People's own tags: each leads to the assets that have it; those that were chosen can go, and others come. */
export function OwnTags({ asset }: { asset: AssetDetail }) {
  const mayEdit = useMay("analyst");
  const { put } = useTagChanges();
  const isBehind = useFollowing(asset);
  return (
    <div className={tagClasses.tags}>
      {asset.ownTags.length === 0 && <span className={classes.none}>none</span>}
      <ul className={classes.chips}>
        {asset.ownTags.map((tag) => (
          <li key={tag.id} className={`${classes.chip} ${tagClasses.own}`}>
            <QueryLink on="assets" field="ownTags" value={tag.name} />
            {tag.kind === "dynamic" && (
              <Tooltip label="Its query finds this asset; on the page of tags the query can be changed.">
                <span className={tagClasses.how}>by query</span>
              </Tooltip>
            )}
            {tag.kind === "static" && mayEdit && (
              <ActionIcon
                size={24}
                aria-label={`Take ${tag.name} away`}
                disabled={put.isPending}
                onClick={() => put.mutate({ id: tag.id, remove: [asset.id] })}
              >
                <IconX size={13} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {mayEdit && (
        <AddTag
          asset={asset}
          isPending={put.isPending}
          onAdd={(id, done) => put.mutate({ id, add: [asset.id] }, { onSuccess: done })}
        />
      )}
      {isBehind && (
        <span className={classes.none} role="status">
          Criticality, findings and score follow in a moment
        </span>
      )}
      {put.error !== null && <span role="alert">{messageOf(put.error)}</span>}
    </div>
  );
}

interface AddTagProps {
  asset: AssetDetail;
  isPending: boolean;
  onAdd: (id: string, done: () => void) => void;
}

function AddTag({ asset, isPending, onAdd }: AddTagProps) {
  const [isOpen, setOpen] = useState(false);
  if (!isOpen)
    return (
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconPlus size={13} />}
        onClick={() => setOpen(true)}
        className={tagClasses.add}
      >
        Add a tag
      </Button>
    );
  return <TagChoice asset={asset} isPending={isPending} onAdd={onAdd} onClose={() => setOpen(false)} />;
}

function TagChoice({ asset, isPending, onAdd, onClose }: AddTagProps & { onClose: () => void }) {
  const { data, error } = useQuery(tagsQuery);
  const has = new Set(asset.ownTags.map(({ id }) => id));
  const choices = data?.items.filter(({ id, kind }) => kind === "static" && !has.has(id)) ?? [];
  if (error !== null) return <span role="alert">{messageOf(error)}</span>;
  if (data !== undefined && choices.length === 0)
    return (
      <span>
        No other tag for chosen assets.{" "}
        <AppLink href={hrefs.tags({ edit: "new" })} fz="inherit">
          Make one
        </AppLink>
      </span>
    );
  return (
    <Select
      aria-label="Tag to add"
      placeholder="Choose a tag"
      size="xs"
      searchable
      autoFocus
      defaultDropdownOpened
      disabled={isPending}
      data={choices.map(({ id, name, criticality }) => ({
        value: id,
        label: criticality === null ? name : `${name}, criticality ${criticality}`,
      }))}
      nothingFoundMessage="No such tag"
      onChange={(id) => id !== null && onAdd(id, onClose)}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    />
  );
}
