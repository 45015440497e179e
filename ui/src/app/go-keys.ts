import { hrefs, places } from "../places.ts";

/** Where the letter after `g` leads. */
export const goKeys: Record<string, [string, string]> = {
  d: ["Dashboard", places.dashboard],
  f: ["Findings", hrefs.findings("all")],
  v: ["Vulnerabilities", hrefs.findings("vulnerabilities")],
  a: ["Inventory", hrefs.assets()],
  s: ["Signals", hrefs.signals()],
  i: ["Integrations", places.integrations],
  h: ["Help", places.help],
};
