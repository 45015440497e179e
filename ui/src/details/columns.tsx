import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";
import classes from "./details.module.css";
import { useDetailLayout } from "./layout.ts";

/** Whether what is told stands beside what is looked up; in a panel and on small screens all is one column. */
export function useTwoColumns(): boolean {
  const isWide = useMediaQuery("(min-width: 68em)", undefined, { getInitialValueInEffect: false }) ?? true;
  return useDetailLayout() === "page" && isWide;
}

export function DetailColumns({ main, side }: { main: ReactNode; side: ReactNode | null }) {
  if (side === null) return main;
  return (
    <div className={classes.columns}>
      <div>{main}</div>
      <div>{side}</div>
    </div>
  );
}
