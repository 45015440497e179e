import { useEffect, useRef, useState } from "react";
import type { ListAddress } from "./explorer-address.ts";

/** Whoever runs through a list with a held key wants the details of the row where they stop. */
const settleMs = 120;

/** What is open beside a list. The address follows a moment later when someone moves through it. */
export function useOpening<T>({ open, go, close }: ListAddress, idOf: (record: T) => string) {
  const [next, setNext] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    openId: next ?? open,
    open: (record: T) => {
      clearTimeout(timer.current);
      const id = idOf(record);
      if (open === undefined) return go({ open: id });
      setNext(id);
      timer.current = setTimeout(() => {
        latest.current({ open: id }, { replace: true });
        setNext(null);
      }, settleMs);
    },
    close: () => {
      clearTimeout(timer.current);
      setNext(null);
      if (open !== undefined) close();
    },
  };
}
