import { useMediaQuery } from "@mantine/hooks";
import { useDetailLayout } from "./layout.ts";

/** Whether what is told stands beside what is looked up; in a panel and on small screens all is one column. */
export function useTwoColumns(): boolean {
  const isWide = useMediaQuery("(min-width: 68em)", undefined, { getInitialValueInEffect: false }) ?? true;
  return useDetailLayout() === "page" && isWide;
}
