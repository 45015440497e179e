import { Switch, Title } from "@mantine/core";
import type { Connector } from "../../../api/connectors.ts";
import { ClassesField } from "../form/classes-field.tsx";
import type { Draft, FieldErrors } from "../form/draft.ts";
import { ProjectsField } from "../form/projects-field.tsx";
import { Row } from "../form/row.tsx";
import { StreamsField } from "../form/streams-field.tsx";
import { grantOf, limitingProjects, type TestRun } from "../form/test-view.ts";

interface ScheduleProps {
  connector: Connector;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  errors: FieldErrors;
  /** The test, unless it is of another connection. */
  run: TestRun | null;
}

/** Q-24 to Q-27: when it runs and what it fetches. */
export function Schedule({ connector, draft, onChange, errors, run }: ScheduleProps) {
  return (
    <>
      <Row
        help={
          <p>
            Once saved, an enabled integration is fetched from within seconds, and then by its schedule. A disabled one
            waits until somebody enables it.
          </p>
        }
      >
        <Switch
          label="Enabled"
          checked={draft.enabled}
          onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
          styles={{ label: { fontWeight: 600 } }}
        />
      </Row>
      <section aria-label="Streams" style={{ borderTop: "1px solid var(--line)", paddingTop: 14 }}>
        <Title order={2} fz="md" mb={4}>
          Findings and assets to fetch
        </Title>
        <ScheduleLead connector={connector} />
        <StreamsField
          connector={connector}
          value={draft.streams}
          onChange={(streams) => onChange({ streams })}
          errors={errors}
          grantOf={(stream) => (run === null ? "unknown" : grantOf(run, stream))}
        />
      </section>
      <Row
        help={
          <p>
            What you leave out here is not fetched at all. The four classes that Wiz's connectors name are compute,
            storage, container instances and container images. You can change it later; what was fetched before and is
            no longer wanted then waits for your word.
          </p>
        }
      >
        <ClassesField
          connector={connector}
          value={draft.assetClasses}
          onChange={(assetClasses) => onChange({ assetClasses })}
          error={errors.assetClasses}
        />
      </Row>
      <Row
        help={
          <p>
            Ids, separated by commas or line breaks: in Wiz under Settings → Projects, in the address of a project's
            page. A service account that is limited to some projects sees only theirs, and that is no error.
          </p>
        }
      >
        <ProjectsField
          value={draft.projects}
          onChange={(projects) => onChange({ projects })}
          error={errors.projects}
          limiting={run === null ? [] : limitingProjects(run)}
        />
      </Row>
    </>
  );
}

/** W-27, W-39: what an interval means, and when another one is better. */
export function ScheduleLead({ connector }: { connector: Connector }) {
  const issues = connector.streams.find(({ name }) => name === "issues");
  return (
    <p style={{ margin: "0 0 12px", maxWidth: 760, fontSize: 13, color: "var(--ink-2)" }}>
      Each stream has its own clock: so many minutes after its last poll, Weir asks for what changed, and once a day for
      everything.
      {issues !== undefined && ` ${issues.recommendedIntervalMinutes} minutes are recommended for issues.`}
      {issues !== undefined && ` ${issues.intervalAdvice}`}
    </p>
  );
}
