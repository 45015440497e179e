declare module "virtual:help-pages" {
  import type { HelpSource } from "../../../help-pages.ts";
  export const helpSources: HelpSource[];
}
