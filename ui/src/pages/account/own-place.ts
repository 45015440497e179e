import { places } from "../../places.ts";

/** Where an address leads within Weir; anything else, such as another host, leads to the dashboard. */
export function ownPlace(next: string | undefined): string {
  if (next === undefined || !next.startsWith("/") || /^\/[/\\]/.test(next) || hasControls(next))
    return places.dashboard;
  const url = new URL(next, "http://weir.invalid");
  if (url.host !== "weir.invalid" || url.pathname === places.login) return places.dashboard;
  return `${url.pathname}${url.search}${url.hash}`;
}

/** Browsers leave tabs and line ends out of addresses, so `/\t/host` would be another host. */
function hasControls(text: string): boolean {
  return [...text].some((char) => char < " " || char === "\u007f");
}
