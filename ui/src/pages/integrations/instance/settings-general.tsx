import { Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useEditIntegration } from "../../../api/integration-changes.ts";
import { useIntegrations } from "../../../api/integrations.ts";
import type { Integration } from "../../../api/types.ts";
import { nameError } from "../form/draft.ts";
import { generalEdits, isEmpty } from "./edits.ts";
import { fieldErrors, SaveBar } from "./save-bar.tsx";

export function GeneralSettings({ integration }: { integration: Integration }) {
  const stored = { name: integration.name, description: integration.description ?? "" };
  const [form, setForm] = useState(stored);
  const edit = useEditIntegration(integration.id);
  const others = useIntegrations()
    .items.filter(({ id }) => id !== integration.id)
    .map(({ name }) => name);
  const edits = generalEdits(integration, form);
  const errors = { ...nameError(form.name, others), ...fieldErrors(edit.error) };
  const change = (part: Partial<typeof form>) => {
    edit.reset();
    setForm({ ...form, ...part });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (errors.name === undefined) edit.mutate(edits);
      }}
    >
      <Stack gap="sm" maw={560}>
        <TextInput
          label="Name"
          required
          value={form.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={errors.name}
          autoComplete="off"
        />
        <Textarea
          label="Description"
          value={form.description}
          onChange={(event) => change({ description: event.currentTarget.value })}
          autosize
          minRows={1}
          maxRows={6}
          size="sm"
          error={errors.description}
        />
      </Stack>
      <SaveBar
        isChanged={!isEmpty(edits)}
        isPending={edit.isPending}
        isSaved={edit.isSuccess}
        error={edit.error}
        effect={
          edits.name === undefined ? null : "Searches and scripts that name the integration have to name it anew."
        }
        onDiscard={() => change(stored)}
      />
    </form>
  );
}
