import { useQuery } from "@tanstack/react-query";
import { tagQuery, useTagChanges } from "../../api/tags.ts";
import type { Tag } from "../../api/types.ts";
import { Confirm } from "../../kit/confirm.tsx";
import { standardCriticality } from "../../kit/criticality.ts";
import { messageOf } from "../../kit/states.tsx";
import { removalText } from "./tag-words.ts";

/** Asks once more, with what else changes. */
export function RemoveTag({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const { data, error } = useQuery(tagQuery(tag.id));
  const { remove } = useTagChanges();
  return (
    <Confirm
      title={`Delete ${tag.name}`}
      verb="Delete"
      onClose={onClose}
      onConfirm={() => remove.mutate(tag.id, { onSuccess: onClose })}
      isPending={remove.isPending}
      error={remove.error}
    >
      {data !== undefined && removalText(data, standardCriticality)}
      {data === undefined && (error === null ? "Counting what changes …" : messageOf(error))} Tags from Wiz stay, also
      one of the same name.
    </Confirm>
  );
}
