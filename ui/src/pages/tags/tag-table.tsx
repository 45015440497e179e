import { Button, Group, Table, Text } from "@mantine/core";
import { useMay } from "../../api/me.ts";
import type { Tag } from "../../api/types.ts";
import { AppLink, useGo } from "../../kit/link.tsx";
import { numberText } from "../../kit/numbers.ts";
import { TimeAgo } from "../../kit/time.tsx";
import { WideTable } from "../../kit/wide-table.tsx";
import { hrefs } from "../../places.ts";
import { term } from "../../query/terms.ts";
import { progressText } from "./tag-words.ts";

export function TagTable({ tags, onRemove }: { tags: Tag[]; onRemove: (tag: Tag) => void }) {
  const mayEdit = useMay("analyst");
  return (
    <WideTable name="Tags" minWidth={940}>
      <Table verticalSpacing={6} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Tag</Table.Th>
            <Table.Th>On</Table.Th>
            <Table.Th ta="right">Criticality</Table.Th>
            <Table.Th ta="right">Assets</Table.Th>
            <Table.Th>State</Table.Th>
            {mayEdit && <Table.Th aria-label="Change" />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tags.map((tag) => (
            <TagRow key={tag.id} tag={tag} mayEdit={mayEdit} onRemove={() => onRemove(tag)} />
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}

function TagRow({ tag, mayEdit, onRemove }: { tag: Tag; mayEdit: boolean; onRemove: () => void }) {
  const go = useGo();
  return (
    <Table.Tr>
      <Table.Td maw={240}>
        <Text fz="sm" fw={500} className="foreign one-line" title={tag.name}>
          {tag.name}
        </Text>
        {tag.description !== null && (
          <Text fz="xs" c="dimmed" className="foreign one-line" title={tag.description}>
            {tag.description}
          </Text>
        )}
      </Table.Td>
      <Table.Td maw={300}>
        {tag.query === null ? (
          "chosen assets"
        ) : (
          <Text fz="xs" className="mono foreign one-line" title={tag.query}>
            {tag.query}
          </Text>
        )}
      </Table.Td>
      <Table.Td className="number" ta="right">
        {tag.criticality === null ? (
          <Text span c="dimmed" fz="sm">
            says nothing
          </Text>
        ) : (
          `${tag.criticality} of 5`
        )}
      </Table.Td>
      <Table.Td className="number" ta="right">
        <AppLink href={hrefs.assets({ q: term("ownTags", tag.name) })} fz="inherit">
          {numberText(tag.assets)}
        </AppLink>
      </Table.Td>
      <Table.Td>
        <TagState tag={tag} />
      </Table.Td>
      {mayEdit && (
        <Table.Td>
          <Group gap="xs" wrap="nowrap" justify="flex-end">
            <Button
              variant="default"
              aria-label={`Change ${tag.name}`}
              onClick={() => go(hrefs.tags({ edit: tag.id }))}
            >
              Change
            </Button>
            <Button variant="default" aria-label={`Delete ${tag.name}`} onClick={onRemove}>
              Delete
            </Button>
          </Group>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function TagState({ tag }: { tag: Tag }) {
  const progress = progressText(tag);
  if (progress !== null)
    return (
      <Text fz="xs" role="status">
        {progress}
      </Text>
    );
  if (tag.problem !== null)
    return (
      <Text fz="xs" c="var(--bad)" title={tag.problem} lineClamp={2}>
        The query fails, the assets stay as they were: {tag.problem}
      </Text>
    );
  return (
    <Text fz="xs" c="dimmed">
      {tag.kind === "static" ? (
        "up to date"
      ) : (
        <>
          all assets looked at <TimeAgo at={tag.evaluatedAt} />
        </>
      )}
    </Text>
  );
}
