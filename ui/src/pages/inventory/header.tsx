import { Box } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useLive } from "../../api/live.ts";
import type { HeaderProps } from "../../list/explorer.tsx";
import { rangeQuery } from "../../list/time-ranges.ts";
import { both } from "../../query/terms.ts";
import { Categories } from "./categories.tsx";

/** Over the assets: what they are made of. A phone shows rows instead; its facets say the same. */
export function InventoryHeader({ query, range, onTerm }: HeaderProps) {
  const { inventoryVersion } = useLive();
  const isPhone = useMediaQuery("(max-width: 48em)") ?? false;
  if (isPhone) return null;
  return (
    <Box px="md" py="xs" style={{ borderBottom: "1px solid var(--line)" }}>
      <Categories query={both(query, rangeQuery(range, "lastSeen"))} version={inventoryVersion} onChoose={onTerm} />
    </Box>
  );
}
