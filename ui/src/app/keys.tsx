import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { lazyRouteComponent } from "@tanstack/react-router";
import { Suspense, useEffect, useRef, useState } from "react";
import { useGo } from "../kit/link.tsx";
import { goKeys } from "./go-keys.ts";

const Jump = lazyRouteComponent(() => import("./jump.tsx"), "Jump");
const KeyList = lazyRouteComponent(() => import("./key-list.tsx"), "KeyList");

/** The keys that work everywhere. What they open is fetched when somebody first opens it. */
export function Keys() {
  const [isListOpen, list] = useDisclosure(false);
  const [wasListOpen, setListOpen] = useState(false);
  const [jump, setJump] = useState<"waits" | "was asked for">("waits");
  const toggleList = () => {
    setListOpen(true);
    list.toggle();
  };
  useHotkeys([
    ["shift + ?", toggleList],
    ["?", toggleList],
    ["/", focusQueryBar],
  ]);
  // From then on it hears its key by itself.
  useHotkeys([["mod + K", () => setJump("was asked for")]], []);
  useGoKeys();
  return (
    <Suspense>
      {wasListOpen && <KeyList isOpen={isListOpen} onClose={list.close} />}
      {jump !== "waits" && <Jump isOpen />}
    </Suspense>
  );
}

function focusQueryBar(): void {
  document.querySelector<HTMLElement>("[data-query-bar]")?.focus();
}

const togetherMs = 1_000;

/** `g`, then a letter: to a page. Not while someone writes. */
function useGoKeys(): void {
  const go = useGo();
  const pressed = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const place = goKeys[event.key];
      if (event.key === "g") pressed.current = Date.now();
      else if (place !== undefined && Date.now() - pressed.current < togetherMs) {
        event.preventDefault();
        pressed.current = 0;
        go(place[1]);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [go]);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
