import type { Theme } from "./frameworks.ts";

/** Cloud names as in Wiz's `CloudProvider`, with its capitals. */
export type Cloud = "AWS" | "Azure" | "GCP" | "OCI" | "Kubernetes" | "GitHub" | "vSphere";

/** One template makes a rule per cloud. */
export interface RuleTemplate {
  types: string[];
  severity: number;
  theme: Theme;
  risk: string;
  names: Partial<Record<Cloud, string>>;
  why: string;
  how: string;
  path: string;
  expected: string;
  actual: string;
}
