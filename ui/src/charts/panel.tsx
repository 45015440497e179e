import { ActionIcon, Box, Group, Text, Title, Tooltip } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { type ReactNode, useId, useState } from "react";
import classes from "./panel.module.css";

interface PanelProps {
  title: string;
  /** What is counted, and how. */
  note?: string;
  /** The same as a table: for screen readers, and for whoever wants the numbers. */
  table?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a dashboard: a title, a picture, and the numbers behind it. */
export function Panel({ title, note, table, actions, children }: PanelProps) {
  const id = useId();
  const [isTable, setTable] = useState(false);
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <Group justify="space-between" wrap="nowrap" gap="xs" mb="xs" align="flex-start">
        <div>
          <Title order={2} fz="md" id={id}>
            {title}
          </Title>
          {note !== undefined && (
            <Text fz="xs" c="dimmed">
              {note}
            </Text>
          )}
        </div>
        <Group gap={4} wrap="nowrap">
          {actions}
          {table !== undefined && (
            <Tooltip label={isTable ? "Show the chart" : "Show the numbers"}>
              <ActionIcon
                onClick={() => setTable(!isTable)}
                aria-label={`${title}: ${isTable ? "show the chart" : "show the numbers"}`}
              >
                {isTable ? <IconChartBar size={16} stroke={1.6} /> : <IconTable size={16} stroke={1.6} />}
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </Group>
      {isTable && table !== undefined ? <Box className={classes.table}>{table}</Box> : children}
    </section>
  );
}
