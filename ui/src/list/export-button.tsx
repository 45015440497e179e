import { Button, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { lazyRouteComponent } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import type { ExportProps } from "./export-dialog.tsx";
import strip from "./strip.module.css";

const ExportDialog = lazyRouteComponent(() => import("./export-dialog.tsx"), "ExportDialog");

/** The way to an export. What asks for the format is fetched when somebody wants one, and begins anew each time. */
export function ExportButton({ isOff, ...what }: ExportProps & { isOff: boolean }) {
  const [isOpen, dialog] = useDisclosure(false);
  const [openings, setOpenings] = useState(0);
  const open = () => {
    setOpenings(openings + 1);
    dialog.open();
  };
  return (
    <>
      <Tooltip label={`Export all ${what.words.many} that this finds`}>
        <Button
          variant="subtle"
          color="gray"
          px={6}
          className={strip.sign}
          leftSection={<IconDownload size={16} stroke={1.6} />}
          aria-label={`Export the ${what.words.many}`}
          onClick={open}
          disabled={isOff}
        >
          <span className={strip.word}>Export</span>
        </Button>
      </Tooltip>
      <Suspense>
        {openings > 0 && <ExportDialog key={openings} {...what} isOpen={isOpen} onClose={dialog.close} />}
      </Suspense>
    </>
  );
}
