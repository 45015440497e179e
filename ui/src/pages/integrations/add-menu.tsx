import { Button, Menu, Text } from "@mantine/core";
import { IconChevronDown, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { connectorsQuery } from "../../api/connectors.ts";
import { useMay } from "../../api/me.ts";
import { useGo } from "../../kit/link.tsx";
import { hrefs, places } from "../../places.ts";

/** W-21: what can be added. Who may not add does not see it. */
export function AddMenu() {
  const { data: connectors, isPending } = useQuery(connectorsQuery);
  const go = useGo();
  if (!useMay("admin")) return null;
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button leftSection={<IconPlus size={14} />} rightSection={<IconChevronDown size={14} />} loading={isPending}>
          Add Integration
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {connectors?.map(({ shortName, title, category }) => (
          <Menu.Item key={shortName} onClick={() => go(hrefs.newIntegration(shortName))}>
            <Text fz="sm" fw={600}>
              {title}
            </Text>
            <Text fz="xs" c="dimmed">
              {category}
            </Text>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => go(places.catalogue)}>
          <Text fz="sm">See the catalogue</Text>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
