import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconCheck, IconMarkdown } from "@tabler/icons-react";
import type { FindingDetail } from "../api/types.ts";
import { useCopy } from "../kit/copy.tsx";
import { hrefs } from "../places.ts";
import { useDetailLayout } from "./layout.ts";
import { findingMarkdown } from "./markdown.ts";

const words = { copied: "Copied", failed: "Not allowed by the browser" };

/** For a ticket: the finding in a few lines of Markdown. */
export function MarkdownButton({ finding }: { finding: FindingDetail }) {
  const { outcome, copy } = useCopy();
  const isPage = useDetailLayout() === "page";
  const word = outcome === null ? "Copy as Markdown" : words[outcome];
  const onClick = () => copy(findingMarkdown(finding, { link: window.location.origin + hrefs.finding(finding.id) }));
  const icon = outcome === "copied" ? <IconCheck size={16} /> : <IconMarkdown size={16} stroke={1.6} />;
  if (isPage)
    return (
      <Button variant="default" leftSection={icon} onClick={onClick}>
        {word}
      </Button>
    );
  return (
    <Tooltip label={word}>
      <ActionIcon size={30} onClick={onClick} aria-label={word}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
