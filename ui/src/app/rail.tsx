import { NavLink, ScrollArea } from "@mantine/core";
import { useLocation } from "@tanstack/react-router";
import type { MouseEvent } from "react";
import { mayActAs } from "../../../src/model.ts";
import { useMe } from "../api/me.ts";
import { follow, useGo } from "../kit/link.tsx";
import { isUnder, type RailItem, railItems } from "./rail-items.ts";

/** The navigation. Items below one show while one is at it. */
export function Rail({ onFollow, isNarrow }: { onFollow: () => void; isNarrow: boolean }) {
  const { role } = useMe();
  const visible = railItems.filter((item) => item.role === undefined || mayActAs(role, item.role));
  return (
    <ScrollArea flex={1} type="auto">
      {visible.map((item) => (
        <RailEntry key={item.href} item={item} onFollow={onFollow} isNarrow={isNarrow} />
      ))}
    </ScrollArea>
  );
}

function RailEntry({ item, onFollow, isNarrow }: { item: RailItem; onFollow: () => void; isNarrow: boolean }) {
  const { pathname } = useLocation();
  const { role } = useMe();
  const go = useGo();
  const isHere = isUnder(pathname, item);
  const below = item.items?.filter((one) => one.role === undefined || mayActAs(role, one.role)) ?? [];
  const isAtBelow = below.some((one) => isUnder(pathname, one));
  const Icon = item.icon;
  const open = (event: MouseEvent) =>
    follow(event, () => {
      go(item.href);
      onFollow();
    });
  return (
    <>
      <NavLink
        href={item.href}
        label={isNarrow ? undefined : item.label}
        aria-label={item.label}
        title={isNarrow ? item.label : undefined}
        leftSection={Icon === undefined ? undefined : <Icon size={18} stroke={1.6} />}
        active={isHere && !isAtBelow}
        aria-current={isHere && !isAtBelow ? "page" : undefined}
        onClick={open}
        py={item.icon === undefined ? 4 : 7}
        pl={item.icon === undefined ? 42 : undefined}
      />
      {isHere &&
        !isNarrow &&
        below.map((one) => <RailEntry key={one.href} item={one} onFollow={onFollow} isNarrow={false} />)}
    </>
  );
}
