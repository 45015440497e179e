import type { FindingDetail } from "../api/types.ts";
import { TimeAgo } from "../kit/time.tsx";
import { Section } from "./section.tsx";
import { Timeline } from "./timeline.tsx";

/** Its changes as Weir saw them; before the first of them stands when Wiz found it. */
export function FindingHistory({ finding }: { finding: FindingDetail }) {
  const { id, history, firstFoundAt } = finding;
  return (
    <Section title="History">
      <Timeline
        subjectId={id}
        history={history}
        origin={
          firstFoundAt === null ? undefined : (
            <>
              Found first by Wiz <TimeAgo at={firstFoundAt} />
            </>
          )
        }
      />
    </Section>
  );
}
