import { Group, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useLive } from "../api/live.ts";
import { TimeAgo } from "../kit/time.tsx";

/** A short break is nobody's business. */
const patienceMs = 4_000;

/** Says that what is shown may be old, and since when, while the server does not answer. */
export function ConnectionBanner() {
  const { connection } = useLive();
  const [since, setSince] = useState<string | null>(null);
  useEffect(() => {
    if (connection !== "lost") return setSince(null);
    const at = new Date().toISOString();
    const timer = setTimeout(() => setSince(at), patienceMs);
    return () => clearTimeout(timer);
  }, [connection]);
  if (since === null) return null;
  return (
    <Group gap="xs" px="md" py={6} bg="var(--mark)" role="status">
      <IconPlugConnectedX size={16} />
      <Text fz="sm">
        The connection to Weir was lost <TimeAgo at={since} />: what you see may be old. It comes back by itself.
      </Text>
    </Group>
  );
}
