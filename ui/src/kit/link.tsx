import { Anchor, type AnchorProps } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { type MouseEvent, type ReactNode, useCallback } from "react";

/** A link to a place in Weir, see `places.ts`. Opens elsewhere as every link does (Ctrl, middle button). */
export function AppLink({ href, children, ...rest }: AnchorProps & LinkAttributes) {
  const go = useGo();
  return (
    <Anchor {...rest} href={href} onClick={(event: MouseEvent) => follow(event, () => go(href))}>
      {children}
    </Anchor>
  );
}

interface LinkAttributes {
  href: string;
  children?: ReactNode;
  title?: string;
  "aria-label"?: string;
  "aria-current"?: "page";
}

/** Goes to a place by its address. */
export function useGo(): (href: string, options?: { replace?: boolean }) => void {
  const router = useRouter();
  return useCallback((href, options) => void router.navigate({ href, ...options }), [router]);
}

/** Does in this window what a plain click asks for, and leaves every other click to the browser. */
export function follow(event: MouseEvent, go: () => void): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  event.preventDefault();
  go();
}

/** A link out of Weir. It tells the other side nothing about where it was followed. */
export function OutLink({
  href,
  children,
  ...rest
}: AnchorProps & { href: string; children: ReactNode; title?: string }) {
  return (
    <Anchor {...rest} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </Anchor>
  );
}

/** An address that a record brought along, if a browser may follow it. */
export function safeHref(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  return ["https:", "http:"].includes(new URL(url).protocol) ? url : null;
}
