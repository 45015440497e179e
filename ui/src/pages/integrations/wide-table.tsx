import { Table } from "@mantine/core";
import type { ReactNode } from "react";

/** A table that scrolls in its own place where there is too little room, also with the keyboard. */
export function WideTable({ name, minWidth, children }: { name: string; minWidth: number; children: ReactNode }) {
  return (
    <Table.ScrollContainer type="native" minWidth={minWidth} tabIndex={0} role="region" aria-label={name} mt="xs">
      {children}
    </Table.ScrollContainer>
  );
}
