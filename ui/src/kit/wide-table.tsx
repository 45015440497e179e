import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface WideTableProps {
  name: string;
  minWidth: number;
  className?: string | undefined;
  children: ReactNode;
}

/** A table that scrolls in its own place where there is too little room, also with the keyboard. */
export function WideTable({ name, minWidth, className, children }: WideTableProps) {
  return (
    <Table.ScrollContainer
      type="native"
      minWidth={minWidth}
      tabIndex={0}
      role="region"
      aria-label={name}
      mt="xs"
      className={className}
    >
      {children}
    </Table.ScrollContainer>
  );
}
