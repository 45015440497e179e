import { Switch, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEditIntegration } from "../../api/integration-changes.ts";
import { useMay } from "../../api/me.ts";
import type { Integration } from "../../api/types.ts";
import { messageOf } from "../../kit/states.tsx";

/** W-28. Who may not switch it sees how it is. */
export function EnabledSwitch({ integration }: { integration: Pick<Integration, "id" | "name" | "enabled"> }) {
  const { id, name, enabled } = integration;
  const edit = useEditIntegration(id);
  const mayEdit = useMay("admin");
  const shown = edit.isPending ? (edit.variables.enabled ?? enabled) : enabled;
  if (!mayEdit)
    return (
      <Text fz="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {enabled ? "Enabled" : "Disabled"}
      </Text>
    );
  const change = (isEnabled: boolean) =>
    edit.mutate(
      { enabled: isEnabled },
      {
        onError: (error) =>
          notifications.show({ color: "red", title: `${name} could not be changed`, message: messageOf(error) }),
      },
    );
  return (
    <Switch
      size="sm"
      label="Enabled"
      labelPosition="left"
      checked={shown}
      onChange={(event) => change(event.currentTarget.checked)}
      aria-label={`Enabled: ${name}`}
      styles={{ label: { fontSize: 12, color: "var(--ink-2)" }, root: { flex: "none" } }}
    />
  );
}
