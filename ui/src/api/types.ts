import type { z } from "zod";
import type { integrationSchema, snapshotSchema } from "../../../src/api/schemas/integration.ts";
import type {
  assetDetailSchema,
  assetSchema,
  findingDetailSchema,
  findingSchema,
  signalDetailSchema,
  signalSchema,
} from "../../../src/api/schemas/records.ts";
import type { runSchema } from "../../../src/api/schemas/run.ts";
import type { tagDetailSchema, tagPreviewSchema, tagSchema } from "../../../src/api/schemas/tags.ts";
import type { principalSchema, sessionSchema, userSchema } from "../../../src/api/user-schemas.ts";

/** The shapes of the API, taken from where it describes itself; only types, so nothing of the server comes along. */
export type Finding = z.infer<typeof findingSchema>;
export type FindingDetail = z.infer<typeof findingDetailSchema>;
export type Asset = z.infer<typeof assetSchema>;
export type AssetDetail = z.infer<typeof assetDetailSchema>;
export type Signal = z.infer<typeof signalSchema>;
export type SignalDetail = z.infer<typeof signalDetailSchema>;
export type Integration = z.infer<typeof integrationSchema>;
export type Snapshot = z.infer<typeof snapshotSchema>;
export type IntegrationState = Snapshot["integrations"][number];
export type Run = z.infer<typeof runSchema>;
export type Tag = z.infer<typeof tagSchema>;
export type TagDetail = z.infer<typeof tagDetailSchema>;
export type TagPreview = z.infer<typeof tagPreviewSchema>;
export type TileColour = Integration["tile"]["colour"];
export type Principal = z.infer<typeof principalSchema>;
export type Session = z.infer<typeof sessionSchema>;
export type User = z.infer<typeof userSchema>;

export type Thing = "findings" | "assets" | "signals";

export interface Total {
  value: number;
  /** There are at least that many. */
  capped: boolean;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  prevCursor: string | null;
  total: Total;
}

export interface Facet {
  by: string;
  values: { value: string | number | boolean | null; count: number }[];
  /** Only a part was counted. */
  isPartial: boolean;
}
