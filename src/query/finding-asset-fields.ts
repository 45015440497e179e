import { assetClasses } from "../model.ts";
import { inventory, same } from "./common-fields.ts";
import { column, type Field, related } from "./field.ts";

const assetFact = (name: "isInternetExposed" | "riskScore" | "criticality" | "operatingSystem") =>
  related("asset", "assetId", "id", column(name));

/** What is known of the asset that a finding is on. */
export const ofAssetFields: readonly Field[] = [
  {
    name: "asset.name",
    aliases: ["assetName", "asset"],
    type: "text",
    place: related("asset", "assetId", "id", column("name")),
    description: "The name of the asset it is on.",
    example: "asset.name:web-*",
  },
  {
    name: "asset.class",
    aliases: ["class", "assetClass"],
    type: "enum",
    place: column("assetClass"),
    words: same(assetClasses),
    description: "The class of the asset.",
    example: 'asset.class:"Container Image"',
  },
  {
    name: "asset.type",
    aliases: ["assetType"],
    type: "keyword",
    place: column("assetType"),
    description: "The source's own type of the asset.",
    example: "asset.type:VIRTUAL_MACHINE",
  },
  {
    name: "asset.id",
    aliases: ["assetId"],
    type: "id",
    place: column("assetId"),
    description: "Weir's id of the asset.",
    example: "asset.id:0b9f1c1e-8a55-5f0e-9a43-6a1f4f0a7d11",
  },
  {
    name: "asset.externalId",
    aliases: ["assetExternalId"],
    type: "keyword",
    // Findings have no index on it; the sources of assets have one, and are fewer.
    place: related("assetSource", "assetId", "assetId", column("externalId")),
    description: "The source's id of the asset.",
    example: "asset.externalId:4f1c…",
  },
  {
    name: "asset.inventory",
    aliases: ["inventory", "inventory.source", "asset.inventory.source"],
    place: related("asset", "assetId", "id", column("inventory")),
    ...inventory,
  },
  {
    name: "asset.internetExposed",
    aliases: ["internetExposed", "asset.isInternetExposed"],
    type: "boolean",
    place: assetFact("isInternetExposed"),
    description: "Whether the asset can be reached from the internet.",
    example: "asset.internetExposed:true",
  },
  {
    name: "asset.riskScore",
    aliases: ["assetRiskScore"],
    type: "integer",
    place: assetFact("riskScore"),
    description: "Weir's score of the asset, from 0 to 1000.",
    example: "asset.riskScore >= 700",
  },
  {
    name: "asset.criticality",
    aliases: ["asset.criticalityScore", "criticality"],
    type: "integer",
    place: assetFact("criticality"),
    description: "How much the asset matters, 1 to 5: the highest that its tags say, else 2.",
    example: "asset.criticality >= 4",
  },
  {
    name: "asset.os",
    aliases: ["asset.operatingSystem", "operatingSystem", "os"],
    type: "text",
    place: assetFact("operatingSystem"),
    description: "The operating system of the asset.",
    example: 'operatingSystem:"Windows"',
  },
];
