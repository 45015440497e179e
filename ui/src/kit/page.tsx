import { Box } from "@mantine/core";
import type { ReactNode } from "react";

/** The ground of a page that is read and filled in rather than scrolled through. */
export function Page({ children, width = 1080 }: { children: ReactNode; width?: number }) {
  return (
    <Box p={{ base: "sm", sm: "lg" }} maw={width}>
      {children}
    </Box>
  );
}
