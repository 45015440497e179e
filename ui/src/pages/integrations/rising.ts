import { useRef } from "react";

/** A share of something that goes on, under a name of its own: while it has that name it never goes back. */
export function useRising(name: string, share: number | null): number | null {
  const highest = useRef({ name, share: 0 });
  if (highest.current.name !== name) highest.current = { name, share: 0 };
  if (share === null) return null;
  highest.current.share = Math.max(highest.current.share, share);
  return highest.current.share;
}
