import { Button, Group } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useId, useMemo, useState } from "react";
import { CopyIcon } from "../kit/copy.tsx";
import { bytesText } from "../kit/numbers.ts";
import classes from "./details.module.css";
import { jsonText } from "./text-parts.ts";

/** What the source sent, whole. It is not even formatted before someone asks for it. */
export function RawRecord({ raw, name = "what Wiz sent" }: { raw: unknown; name?: string }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  if (raw === null || raw === undefined)
    return <p className={classes.hint}>What the source sent of it was not kept.</p>;
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <div className={classes.control}>
      <Button
        variant="subtle"
        size="compact-sm"
        ml={-8}
        leftSection={<Chevron size={14} />}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? `Hide ${name}` : `Show ${name}`}
      </Button>
      {isOpen && <RawText id={id} raw={raw} name={name} />}
    </div>
  );
}

function RawText({ id, raw, name }: { id: string; raw: unknown; name: string }) {
  const text = useMemo(() => jsonText(raw), [raw]);
  return (
    <div id={id} className={classes.raw}>
      <Group justify="space-between" px={8} py={2} className={classes.rawBar}>
        <span>{bytesText(text.length)} of JSON</span>
        <CopyIcon text={text} what={name} />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={classes.scroll} aria-label={name} tabIndex={0}>
        <pre className={classes.pre}>{text}</pre>
      </section>
    </div>
  );
}
