import { Button, Tooltip } from "@mantine/core";
import { IconShieldHalf } from "@tabler/icons-react";
import { lazyRouteComponent } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useMay } from "../../api/me.ts";
import strip from "../../list/strip.module.css";

const AcceptanceForm = lazyRouteComponent(() => import("../../details/acceptance-form.tsx"), "AcceptanceForm");

interface AcceptFoundProps {
  query: string;
  isKnown: boolean;
  onRefresh: () => void;
}

/** Asks who answers for leaving as they are all findings that a list shows. */
export function AcceptFoundButton({ query, isKnown, onRefresh }: AcceptFoundProps) {
  const may = useMay("analyst");
  const [isOpen, setOpen] = useState(false);
  if (!may) return null;
  return (
    <>
      <Tooltip label="Accept the risk of all findings that this finds">
        <Button
          variant="subtle"
          color="gray"
          px={6}
          className={strip.sign}
          leftSection={<IconShieldHalf size={16} stroke={1.6} />}
          aria-label="Accept risk of these findings"
          onClick={() => setOpen(true)}
          disabled={!isKnown || query.trim() === ""}
        >
          <span className={strip.word}>Accept risk</span>
        </Button>
      </Tooltip>
      <Suspense>
        {isOpen && (
          <AcceptanceForm
            acceptance={null}
            start={{ scope: query }}
            onClose={() => setOpen(false)}
            onDone={onRefresh}
          />
        )}
      </Suspense>
    </>
  );
}
