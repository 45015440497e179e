import type { AssetClass, StreamName } from "../model.ts";

/** What the catalogue shows of a connector (requirements W-01, W-06, W-07, W-12, Q-05 to Q-11). */
export interface CatalogueEntry {
  /** Stable: logs, metrics, API and catalogue use it. */
  id: string;
  /** Accepted wherever the id is. */
  shortName: string;
  title: string;
  /** What it is good for, in a sentence. */
  summary: string;
  category: string;
  tags: readonly string[];
  vendor: string;
  product: string;
  /** The product's own category at its vendor. */
  productCategory: string;
  authentication: string;
  /** More that a buyer would ask, as a table. */
  facts: readonly { title: string; text: string }[];
  /** Those that the vendor's page names; assets of other classes come too. */
  assetClasses: readonly { name: AssetClass; title: string }[];
  documentationUrl: string;
  links: readonly { title: string; url: string }[];
  /** What must be there before it can work, one sentence each. */
  prerequisites: readonly string[];
  /** How to get credentials at the vendor, step by step. */
  serviceAccountSteps: readonly SetupStep[];
  endpoint: EndpointHelp;
}

/** Something to do in the vendor's own screens. */
export interface SetupStep {
  title: string;
  text: string;
  /** Where it is done, if that has an address. */
  url?: string;
}

/** What helps to fill in a connection. */
export interface EndpointHelp {
  /** `https://api.<data centre>.<environment>` */
  format: string;
  /** Where people find theirs, one sentence each. */
  whereToFindIt: readonly string[];
  /** Known by name; others are typed. */
  regions: readonly { title: string; apiEndpoint: string; tokenUrl: string }[];
  /** Where a tenant can live. The token URL follows from it. */
  environments: readonly { domain: string; title: string; tokenUrl: string }[];
}

export interface StreamInfo {
  name: StreamName;
  title: string;
  /** What its records are, in half a sentence. */
  brings: string;
  /** Permissions at the vendor, at least one of which the stream needs. */
  scopes: readonly string[];
  /** What else must be licensed at the vendor. */
  licence?: string;
  /** Minutes between two delta passes. */
  defaultIntervalMinutes: number;
  /** When another interval is better. */
  intervalAdvice: string;
  /** Urgent streams go before bulk ones when requests are short, their polls before everything. */
  isUrgent: boolean;
}
