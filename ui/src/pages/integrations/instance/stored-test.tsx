import type { Integration } from "../../../api/types.ts";
import { enabledStreams } from "../form/draft.ts";
import { TestPanel } from "../form/test-panel.tsx";
import { verdictOf } from "../form/test-view.ts";
import { useTest } from "../form/use-test.ts";

/** Tries a connection as it is stored: for those who may not change it. */
export function StoredTest({ integration }: { integration: Integration }) {
  const tester = useTest();
  const streams = enabledStreams(integration.streams);
  const of = integration.updatedAt;
  return (
    <div style={{ maxWidth: 760 }}>
      <TestPanel
        run={tester.run}
        verdict={verdictOf(tester.run, of, streams)}
        onTest={() => tester.start({ integrationId: integration.id, body: { streams } }, streams, of)}
        onStop={tester.stop}
      />
    </div>
  );
}
