import type { Integration, Run } from "../../../api/types.ts";
import { Bar } from "../bar.tsx";
import { sentence } from "../words.ts";

/** How far the runs are that go on, as one bar; the words are those of the state. */
export function RunProgress({ integration, runs }: { integration: Integration; runs: readonly Run[] }) {
  const { progress } = integration;
  if (progress === null) return null;
  const { fetched, total } = progress;
  return (
    <div style={{ maxWidth: 520 }}>
      <Bar
        // Assets and findings are counted one after the other: each has a bar of its own.
        name={`${runs.map(({ id }) => id).join()} ${integration.state}`}
        share={total === null ? null : total === 0 ? 1 : Math.min(1, fetched / total)}
        label={sentence(integration.stateText)}
      />
    </div>
  );
}
