import { Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

interface PageHeadProps {
  title: string;
  /** Where the page belongs, in words: `Settings`. */
  above?: string;
  /** What it is for, in a line. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** The head of a page that is no list: its title, what it is for, what one can do. */
export function PageHead({ title, above, children, actions }: PageHeadProps) {
  useDocumentTitle(`${title} · Weir`);
  return (
    <Group justify="space-between" align="flex-start" gap="sm" mb="md">
      <Stack gap={2} flex="1 1 300px">
        {above !== undefined && (
          <Text fz="xs" c="dimmed">
            {above}
          </Text>
        )}
        <Title order={1}>{title}</Title>
        {children !== undefined && (
          <Text fz="sm" c="dimmed" maw={720} component="div">
            {children}
          </Text>
        )}
      </Stack>
      {actions}
    </Group>
  );
}
