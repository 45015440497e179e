import { Group, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import classes from "./details.module.css";
import { useDetailLayout } from "./layout.ts";

/** A part of the details, under its heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const order = useDetailLayout() === "page" ? 2 : 3;
  return (
    <section className={classes.section}>
      <Group justify="space-between" align="baseline" mb={8} gap="xs" wrap="nowrap">
        <Title order={order} className={classes.heading}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </section>
  );
}

/** The name of the record and, under it, what matters most. */
export function DetailHead({ title, above, below, actions }: HeadProps) {
  const isPage = useDetailLayout() === "page";
  const order = isPage ? 1 : 2;
  return (
    <header className={classes.head}>
      <div className={classes.headTop}>
        <div>
          {above !== undefined && <div className={classes.above}>{above}</div>}
          <Title order={order} className={`foreign ${classes.title}`}>
            {title}
          </Title>
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      <div className={classes.below}>{below}</div>
      {isPage && <TabTitle title={title} />}
    </header>
  );
}

/** Only a page names the tab of the browser; beside a list the list does. */
function TabTitle({ title }: { title: string }) {
  useDocumentTitle(`${title} · Weir`);
  return null;
}

interface HeadProps {
  title: string;
  above?: ReactNode;
  below: ReactNode;
  actions?: ReactNode;
}
