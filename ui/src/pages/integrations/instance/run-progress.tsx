import { Text } from "@mantine/core";
import type { Integration, Run } from "../../../api/types.ts";
import { numberText } from "../../../kit/numbers.ts";
import { Bar } from "../bar.tsx";

/** How far the runs are that go on, as one bar. */
export function RunProgress({ integration, runs }: { integration: Integration; runs: readonly Run[] }) {
  const { progress } = integration;
  if (progress === null) return null;
  const { fetched, total } = progress;
  const text =
    total === null
      ? `${numberText(fetched)} so far`
      : `${numberText(fetched)} of ${numberText(Math.max(total, fetched))}`;
  return (
    <div style={{ display: "grid", gap: 4, maxWidth: 520 }}>
      <Bar
        // Assets and findings are counted one after the other: each has a bar of its own.
        name={`${runs.map(({ id }) => id).join()} ${integration.state}`}
        share={total === null ? null : total === 0 ? 1 : Math.min(1, fetched / total)}
        label={`Fetched: ${text}`}
      />
      <Text fz={12.5} c="dimmed" className="number" ta="left">
        {text}
      </Text>
    </div>
  );
}
