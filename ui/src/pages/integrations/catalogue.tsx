import { Chip, Group, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type Connector, connectorsQuery } from "../../api/connectors.ts";
import { AppLink, useGo } from "../../kit/link.tsx";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Empty, Failure, RowSkeletons } from "../../kit/states.tsx";
import { hrefs, places } from "../../places.ts";
import { ConnectorCard } from "./catalogue/card.tsx";

/** W-01, Q-22: the kinds of sources that there are. */
export function CataloguePage() {
  const { tag, q = "", open } = useSearch({ strict: false }) as { tag?: string; q?: string; open?: string };
  const { data: connectors = [], error, isPending, refetch } = useQuery(connectorsQuery);
  const shown = connectors.filter((one) => (tag === undefined || one.tags.includes(tag)) && isFound(one, q));
  return (
    <Page width={1280}>
      <PageHead title="Connectors" above="Settings">
        What Weir can be connected to. Each connected instance of one is an{" "}
        <AppLink href={places.integrations} fz="inherit" underline="always">
          integration
        </AppLink>
        .
      </PageHead>
      {isPending && <RowSkeletons rows={6} />}
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {connectors.length > 0 && (
        <>
          <Filters connectors={connectors} tag={tag} q={q} />
          {shown.length === 0 && (
            <Empty title="None matches">
              No connector has this tag and text.{" "}
              <AppLink href={places.catalogue} underline="always">
                Show all
              </AppLink>
            </Empty>
          )}
          {shown.map((connector) => (
            <ConnectorCard
              key={connector.id}
              connector={connector}
              isOpen={open === undefined ? shown.length === 1 : open === connector.shortName}
            />
          ))}
        </>
      )}
    </Page>
  );
}

function isFound(connector: Connector, text: string): boolean {
  const { title, vendor, product, productCategory, category, id, summary, tags } = connector;
  const all = [title, vendor, product, productCategory, category, id, summary, ...tags].join(" ").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function Filters({ connectors, tag, q }: { connectors: readonly Connector[]; tag: string | undefined; q: string }) {
  const go = useGo();
  const tags = [...new Set(connectors.flatMap((one) => one.tags))];
  const to = (view: { tag?: string | undefined; q: string }) =>
    go(hrefs.catalogue({ tag: view.tag, q: view.q === "" ? undefined : view.q }), { replace: true });
  return (
    <Group gap="md" mb="md">
      <TextInput
        size="xs"
        w={{ base: "100%", xs: 280 }}
        value={q}
        onChange={(event) => to({ tag, q: event.currentTarget.value })}
        placeholder="Search connectors"
        aria-label="Search connectors"
        leftSection={<IconSearch size={14} />}
        data-query-bar
      />
      <Group gap={6}>
        {tags.map((one) => (
          <Chip
            key={one}
            size="xs"
            radius="sm"
            variant="outline"
            checked={one === tag}
            onChange={(isOn) => to({ tag: isOn ? one : undefined, q })}
          >
            {one}
          </Chip>
        ))}
      </Group>
    </Group>
  );
}
