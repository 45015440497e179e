import { Stack } from "@mantine/core";
import { useState } from "react";
import type { StreamName } from "../../../../../src/model.ts";
import type { Connector } from "../../../api/connectors.ts";
import { useEditIntegration } from "../../../api/integration-changes.ts";
import type { Integration } from "../../../api/types.ts";
import { ClassesField } from "../form/classes-field.tsx";
import { scheduleErrors } from "../form/draft.ts";
import { ProjectsField } from "../form/projects-field.tsx";
import { StreamsField } from "../form/streams-field.tsx";
import type { Grant } from "../form/test-view.ts";
import { isUnavailable } from "../tile/tile-facts.ts";
import { ScheduleLead } from "../wizard/schedule.tsx";
import { isEmpty, scheduleEdits, scheduleFormOf } from "./edits.ts";
import { fieldErrors, SaveBar } from "./save-bar.tsx";

interface ScheduleSettingsProps {
  integration: Integration;
  connector: Connector;
}

export function ScheduleSettings({ integration, connector }: ScheduleSettingsProps) {
  const [form, setForm] = useState(() => scheduleFormOf(integration));
  const edit = useEditIntegration(integration.id);
  const edits = scheduleEdits(integration, form);
  const wrong = scheduleErrors(form);
  const errors = { ...wrong, ...fieldErrors(edit.error) };
  const change = (part: Partial<typeof form>) => {
    edit.reset();
    setForm({ ...form, ...part });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isEmpty(wrong)) edit.mutate(edits);
      }}
    >
      <ScheduleLead connector={connector} />
      <StreamsField
        connector={connector}
        value={form.streams}
        onChange={(streams) => change({ streams })}
        errors={errors}
        grantOf={(stream) => grantFrom(integration, stream)}
      />
      <Stack gap="lg" maw={560} mt="md">
        <ClassesField
          connector={connector}
          value={form.assetClasses}
          onChange={(assetClasses) => change({ assetClasses })}
          error={errors.assetClasses}
        />
        <div>
          <ProjectsField
            value={form.projects}
            onChange={(projects) => change({ projects })}
            error={errors.projects}
            limiting={[]}
          />
        </div>
      </Stack>
      <SaveBar
        isChanged={!isEmpty(edits)}
        isPending={edit.isPending}
        isSaved={edit.isSuccess}
        error={edit.error}
        effect={
          edits.projects === undefined && edits.assetClasses === undefined
            ? null
            : "Another scope: runs that are going on are stopped, and everything is fetched once more. What is no longer in it is not taken for gone without your word."
        }
        onDiscard={() => change(scheduleFormOf(integration))}
      />
    </form>
  );
}

/** What the polls found of a permission. */
function grantFrom({ streams }: Integration, stream: StreamName): Grant {
  const status = streams[stream];
  if (isUnavailable(status)) return "missing";
  return status.failures === 0 && status.lastSuccessAt !== null ? "granted" : "unknown";
}
