import { Group, Skeleton, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { connectorsQuery } from "../../api/connectors.ts";
import { useIntegrations } from "../../api/integrations.ts";
import { useLive } from "../../api/live.ts";
import type { Integration } from "../../api/types.ts";
import { StateDot, tileWords } from "../../kit/dot.tsx";
import { AppLink, useGo } from "../../kit/link.tsx";
import { countText } from "../../kit/numbers.ts";
import { Page } from "../../kit/page.tsx";
import { PageHead } from "../../kit/page-head.tsx";
import { Empty, Failure } from "../../kit/states.tsx";
import { agoText } from "../../kit/times.ts";
import { hrefs } from "../../places.ts";
import { AddMenu } from "./add-menu.tsx";
import { FirstTime } from "./first-time.tsx";
import { Removals } from "./removals.tsx";
import classes from "./tile/tile.module.css";
import { Tile } from "./tile/tile.tsx";
import { useCountsWhileRunning, useRunsOf } from "./use-runs.ts";

/** So many are seen at a glance. */
const searchFrom = 7;

/** W-20: every integration as a tile. */
export function IntegrationsPage() {
  const query = useIntegrations();
  useCountsWhileRunning();
  const { items, error, isPending, data, refetch } = query;
  return (
    <Page width={1720}>
      <PageHead title="Integrations" above="Settings" actions={<AddMenu />}>
        <Lead items={items} />
      </PageHead>
      {isPending && <TileSkeletons />}
      {error !== null && data === undefined && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && (
        <>
          {items.length === 0 ? <FirstTime /> : <Tiles query={query} />}
          <Removals removals={data.removals} />
        </>
      )}
    </Page>
  );
}

/** How many there are and how they stand. */
function Lead({ items }: { items: readonly Integration[] }) {
  if (items.length === 0) return "Where findings and assets come from.";
  const colours = (["red", "amber", "grey", "green"] as const)
    .map((colour) => ({ colour, n: items.filter(({ tile }) => tile.colour === colour).length }))
    .filter(({ n }) => n > 0);
  return (
    <Group gap="xs" component="span">
      <span>{countText(items.length, "integration")}</span>
      {colours.map(({ colour, n }) => (
        <Group gap={5} key={colour} component="span">
          <StateDot colour={colour} size={9} />
          {n} {colour === "amber" && n > 1 ? "need attention" : tileWords[colour].toLowerCase()}
        </Group>
      ))}
    </Group>
  );
}

function Tiles({ query }: { query: ReturnType<typeof useIntegrations> }) {
  const { q = "", connector } = useSearch({ strict: false }) as { q?: string; connector?: string };
  const { items, dataUpdatedAt, isError } = query;
  const { connection } = useLive();
  const { data: connectors = [] } = useQuery(connectorsQuery);
  const isStale = connection === "lost" || isError;
  const titleOf = (one: Integration) => connectors.find(({ id }) => id === one.connector)?.title ?? one.connector;
  const only = connectors.find(({ id, shortName }) => connector !== undefined && [id, shortName].includes(connector));
  const shown = items.filter(
    (one) => (only === undefined || one.connector === only.id) && isFound(one, q.trim().toLowerCase()),
  );
  const hidden = only === undefined ? 0 : items.filter((one) => one.connector !== only.id).length;
  return (
    <>
      <Group gap="md" mb={items.length >= searchFrom || q !== "" || hidden > 0 || isStale ? "sm" : 0}>
        {(items.length >= searchFrom || q !== "") && <Search text={q} connector={connector} />}
        {only !== undefined && hidden > 0 && (
          <Text fz="sm">
            Those of {only.title} only.{" "}
            <AppLink href={hrefs.integrations({})} underline="always">
              Show all
            </AppLink>
          </Text>
        )}
        {isStale && (
          <Text fz="sm" c="dimmed" role="status">
            As of {agoText(dataUpdatedAt)}: Weir does not answer just now.
          </Text>
        )}
      </Group>
      {shown.length === 0 && (
        <Empty title="None matches">
          No integration has this in its name, description or endpoint.{" "}
          <AppLink href={hrefs.integrations({})} underline="always">
            Show all
          </AppLink>
        </Empty>
      )}
      <ul className={classes.grid}>
        {shown.map((one) => (
          <li key={one.id} style={{ display: "grid", minWidth: 0 }}>
            <LiveTile integration={one} connector={titleOf(one)} isStale={isStale} />
          </li>
        ))}
      </ul>
    </>
  );
}

function LiveTile(props: { integration: Integration; connector: string; isStale: boolean }) {
  return <Tile {...props} runs={useRunsOf(props.integration)} />;
}

function isFound({ name, description, apiEndpoint }: Integration, text: string): boolean {
  return text === "" || [name, description ?? "", apiEndpoint].some((one) => one.toLowerCase().includes(text));
}

function Search({ text, connector }: { text: string; connector: string | undefined }) {
  const go = useGo();
  return (
    <TextInput
      w={{ base: "100%", xs: 280 }}
      size="xs"
      value={text}
      onChange={(event) => {
        const q = event.currentTarget.value;
        go(hrefs.integrations({ ...(q !== "" && { q }), ...(connector && { connector }) }), { replace: true });
      }}
      placeholder="Search by name or endpoint"
      aria-label="Search integrations"
      leftSection={<IconSearch size={14} />}
      data-query-bar
    />
  );
}

function TileSkeletons() {
  return (
    <div className={classes.grid} aria-busy="true">
      {["first", "second"].map((tile) => (
        <div key={tile} className={classes.tile}>
          {["45%", "80%", "60%", "95%", "95%", "95%", "95%", "95%"].map((width, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change
            <Skeleton key={row} height={14} width={width} my={3} />
          ))}
          <Skeleton height={30} width="70%" />
        </div>
      ))}
    </div>
  );
}
