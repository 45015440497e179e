import { ActionIcon, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconLayoutSidebarRightCollapse, IconMaximize } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError } from "../api/client.ts";
import { AppLink, follow, useGo } from "../kit/link.tsx";
import { Empty, EmptyPage, Failure } from "../kit/states.tsx";
import { hrefs } from "../places.ts";
import { term } from "../query/terms.ts";
import classes from "./details.module.css";
import { type DetailLayout, LayoutContext } from "./layout.ts";
import { DetailSkeleton } from "./skeleton.tsx";
import { useRefreshed } from "./use-refreshed.ts";

interface FrameProps<T> {
  query: UseQueryResult<T>;
  id: string;
  layout: DetailLayout;
  noun: "finding" | "asset" | "signal";
  /** Its own page. */
  href: string;
  /** Where to look for what is not here any more. */
  listHref: string;
  onClose?: (() => void) | undefined;
  children: (record: T) => ReactNode;
}

/** What stands around the details of every record: its bar beside a list, and the states while nothing is there. */
export function DetailFrame<T>({ query, id, layout, noun, href, listHref, onClose, children }: FrameProps<T>) {
  const { data, error, isPlaceholderData, refetch } = query;
  useRefreshed(query);
  const isMissing = error instanceof ApiError && (error.status === 404 || error.status === 400);
  return (
    <LayoutContext value={layout}>
      <div className={classes.frame} data-layout={layout}>
        {layout === "panel" && <PanelBar noun={noun} href={href} onClose={onClose} />}
        {isMissing ? (
          <Missing id={id} noun={noun} listHref={listHref} isPage={layout === "page"} />
        ) : error !== null && data === undefined ? (
          <div className={classes.state}>
            <Failure error={error} onRetry={() => void refetch()} title={`This ${noun} could not be loaded`} />
          </div>
        ) : data === undefined ? (
          <DetailSkeleton layout={layout} />
        ) : (
          <div className={classes.content} data-stale={isPlaceholderData || undefined} aria-busy={isPlaceholderData}>
            {error !== null && (
              <Failure error={error} onRetry={() => void refetch()} title="This may be old: reading it again failed" />
            )}
            {children(data)}
          </div>
        )}
      </div>
    </LayoutContext>
  );
}

function PanelBar({ noun, href, onClose }: Pick<FrameProps<unknown>, "noun" | "href" | "onClose">) {
  const go = useGo();
  return (
    <div className={classes.bar}>
      <Text fz="xs" c="dimmed">
        {noun.charAt(0).toUpperCase() + noun.slice(1)}
      </Text>
      <Group gap={2}>
        <Tooltip label="Open as a page">
          <ActionIcon
            component="a"
            href={href}
            onClick={(event) => follow(event, () => go(href))}
            aria-label="Open as a page"
          >
            <IconMaximize size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        {onClose !== undefined && (
          <Tooltip label="Close (Esc)">
            <ActionIcon onClick={onClose} aria-label="Close the details">
              <IconLayoutSidebarRightCollapse size={18} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </div>
  );
}

const why: Record<FrameProps<unknown>["noun"], string> = {
  finding: "Its integration may have been removed with everything that it brought, or the address is cut off.",
  asset: "The integrations that knew it may have been removed, or the address is cut off.",
  signal: "Signals are kept for some time only, 30 days unless it was set otherwise, or the address is cut off.",
};

interface MissingProps extends Pick<FrameProps<unknown>, "id" | "noun" | "listHref"> {
  isPage: boolean;
}

function Missing({ id, noun, listHref, isPage }: MissingProps) {
  const go = useGo();
  const Shown = isPage ? EmptyPage : Empty;
  const hasSignals = noun !== "signal" && /^[\da-f-]{36}$/i.test(id);
  return (
    <Shown
      title={`This ${noun} is not here any more`}
      action={
        <Button
          variant="default"
          component="a"
          href={listHref}
          onClick={(event) => follow(event, () => go(listHref))}
        >{`Search ${noun}s`}</Button>
      }
    >
      {why[noun]}
      {hasSignals && (
        <>
          {" What happened to it may still be among the "}
          <AppLink href={hrefs.signals({ q: term("subject.id", id) })} fz="inherit" underline="always">
            signals
          </AppLink>
          .
        </>
      )}
    </Shown>
  );
}
