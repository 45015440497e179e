import { Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { AppLink } from "../../kit/link.tsx";
import classes from "./frame.module.css";

interface FrameProps {
  title: ReactNode;
  /** Of the window. */
  name: string;
  /** The way up. */
  above?: { label: string; href: string };
  /** Beside the title. */
  mark?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page about integrations: its title with what can be done, and the rest below. */
export function Frame({ title, name, above, mark, lead, actions, children }: FrameProps) {
  useDocumentTitle(`${name} · Weir`);
  return (
    <div className={classes.frame}>
      {above !== undefined && (
        <AppLink href={above.href} fz="sm">
          {above.label}
        </AppLink>
      )}
      <Group justify="space-between" align="flex-start" gap="sm" mb="md">
        <div className={classes.heading}>
          <Group gap="xs" wrap="nowrap">
            {mark}
            <Title order={1} className="foreign">
              {title}
            </Title>
          </Group>
          {lead !== undefined && (
            <Text fz="sm" c="dimmed" mt={2} className="foreign" component="div">
              {lead}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </div>
  );
}

interface SectionProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a page under a heading of its own. */
export function Section({ title, lead, actions, children }: SectionProps) {
  return (
    <section className={classes.section} aria-label={title}>
      <Group justify="space-between" align="baseline" gap="sm" mb="xs">
        <Title order={2}>{title}</Title>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {lead !== undefined && (
        <Text fz="sm" c="dimmed" mb="sm" maw={760} component="div">
          {lead}
        </Text>
      )}
      {children}
    </section>
  );
}
