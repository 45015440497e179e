import { Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

interface PageHeadProps {
  title: string;
  /** Where the page belongs, in words or as a link: `Settings`. */
  above?: ReactNode;
  /** Before the title. */
  mark?: ReactNode;
  /** What it is for, in a line. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** The head of a page that is no list: its title, what it is for, what one can do. */
export function PageHead({ title, above, mark, children, actions }: PageHeadProps) {
  useDocumentTitle(`${title} · Weir`);
  return (
    <Group justify="space-between" align="flex-start" gap="sm" mb="md">
      <Stack gap={2} flex="1 1 300px" miw={0}>
        {above !== undefined && (
          <Text fz="xs" c="dimmed" component="div">
            {above}
          </Text>
        )}
        <Group gap="xs" wrap="nowrap">
          {mark}
          <Title order={1} className="foreign">
            {title}
          </Title>
        </Group>
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
