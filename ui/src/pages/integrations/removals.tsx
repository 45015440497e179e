import { Button, Group, Text } from "@mantine/core";
import { useRemoveIntegration } from "../../api/integration-changes.ts";
import { useMay } from "../../api/me.ts";
import { tell } from "./run-button.tsx";

/** Integrations that are gone from the list, and whose records are still going. */
export function Removals({ removals }: { removals: readonly { id: string; name: string }[] }) {
  const remove = useRemoveIntegration();
  const mayRemove = useMay("admin");
  if (removals.length === 0) return null;
  return (
    <section aria-label="Being removed" style={{ marginTop: 20 }}>
      {removals.map(({ id, name }) => (
        <Group key={id} gap="sm" mt={6}>
          <Text fz="sm" c="dimmed">
            <span className="foreign">{name}</span> is being removed with its records. If it stays here, it was
            interrupted.
          </Text>
          {mayRemove && (
            <Button
              variant="subtle"
              size="compact-xs"
              loading={remove.isPending}
              onClick={() =>
                remove.mutate({ id, name }, { onError: (error) => tell(`${name} could not be removed`, error) })
              }
            >
              Remove it again
            </Button>
          )}
        </Group>
      ))}
    </section>
  );
}
