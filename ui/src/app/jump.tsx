import "@mantine/spotlight/styles.css";
import { Spotlight, type SpotlightActionData, spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { mayActAs } from "../../../src/model.ts";
import { useIntegrations } from "../api/integrations.ts";
import { useMe } from "../api/me.ts";
import { useGo } from "../kit/link.tsx";
import { hrefs } from "../places.ts";
import { type RailItem, railItems } from "./rail-items.ts";

/** Ctrl-K: to any page, any integration, or straight into a search. Open from the start when somebody has just pressed it. */
export function Jump({ isOpen }: { isOpen: boolean }) {
  const [text, setText] = useState("");
  const { role } = useMe();
  const { items } = useIntegrations();
  const go = useGo();
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current) spotlight.open();
  }, []);
  const to = (id: string, label: string, description: string, href: string): SpotlightActionData => ({
    id,
    label,
    description,
    onClick: () => go(href),
  });
  const pages = railItems
    .flatMap((item): [RailItem, string][] => [
      [item, ""],
      ...(item.items ?? []).map((one): [RailItem, string] => [one, item.label]),
    ])
    .filter(([item]) => item.role === undefined || mayActAs(role, item.role))
    .map(([item, above]) => to(item.href + above, item.label, above, item.href));
  const integrations = items.map((one) =>
    to(one.id, one.name, `Integration · ${one.tile.reason}`, hrefs.integration(one.id)),
  );
  const searches =
    text.trim() === ""
      ? []
      : (["findings", "assets", "signals"] as const).map((on) => ({
          ...to(`search ${on}`, `Search ${on} for ${text}`, "", hrefs.list(on, text)),
          keywords: text,
          leftSection: <IconSearch size={16} />,
        }));
  return (
    <Spotlight
      actions={[...pages, ...integrations, ...searches]}
      query={text}
      onQueryChange={setText}
      shortcut={["mod + K"]}
      tagsToIgnore={[]}
      nothingFound="Nothing is called so"
      searchProps={{ placeholder: "Go to a page, an integration, or search", "aria-label": "Go to" }}
      limit={20}
      highlightQuery
      styles={{ actionDescription: { opacity: 1 } }}
    />
  );
}
