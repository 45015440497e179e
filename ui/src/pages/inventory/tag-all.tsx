import { Button, Tooltip } from "@mantine/core";
import { IconTag } from "@tabler/icons-react";
import { lazyRouteComponent } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import strip from "../../list/strip.module.css";

const TagAllDialog = lazyRouteComponent(() => import("./tag-all-dialog.tsx"), "TagAllDialog");

/** The way to tag all that a query finds. The dialog is fetched when somebody wants it, and begins anew each time. */
export function TagAllButton({ query }: { query: string }) {
  const [isOpen, setOpen] = useState(false);
  const [openings, setOpenings] = useState(0);
  const open = () => {
    setOpenings(openings + 1);
    setOpen(true);
  };
  return (
    <>
      <Tooltip label="Tag all assets that this finds">
        <Button
          variant="subtle"
          color="gray"
          px={6}
          className={strip.sign}
          leftSection={<IconTag size={16} stroke={1.6} />}
          aria-label="Tag the assets"
          onClick={open}
        >
          <span className={strip.word}>Tag</span>
        </Button>
      </Tooltip>
      <Suspense>
        {openings > 0 && <TagAllDialog key={openings} query={query} isOpen={isOpen} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}
