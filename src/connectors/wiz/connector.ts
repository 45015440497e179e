import type { Connector } from "../connector.ts";
import { openAccount } from "./account.ts";
import { checkConnection } from "./check.ts";
import { endpointHelp, parseConnection } from "./endpoint.ts";
import { readRecord } from "./paginate.ts";
import { readEndpoint } from "./read-endpoint.ts";
import { openSource } from "./source.ts";
import { wizStreams } from "./streams/all.ts";

export const wizConnector: Connector = {
  catalogue: {
    id: "signal-client.wiz",
    shortName: "wiz",
    title: "Wiz",
    category: "Cloud Security",
    tags: ["integration", "cloud"],
    vendor: "Wiz",
    product: "Wiz CWP",
    productCategory: "Wiz CNAPP",
    authentication: "OAuth2 client credentials",
    assetClasses: ["Storage", "Compute", "Container Instances", "Container Images"],
    findingKinds: ["Issues", "Vulnerabilities", "Misconfigurations", "Threat detections"],
    documentationUrl: "https://docs.wiz.io/wiz-docs/docs/using-the-wiz-api",
    prerequisites: [
      "An active Wiz subscription",
      "Admin access to the Wiz console, to create a service account (type Custom Integration (GraphQL API))",
      "A network path to the regional API endpoint and to the token host on port 443",
    ],
    endpoint: endpointHelp,
  },
  streams: {
    issues: wizStreams.issues.info,
    vulnerabilities: wizStreams.vulnerabilities.info,
    misconfigurations: wizStreams.misconfigurations.info,
    detections: wizStreams.detections.info,
    assets: wizStreams.assets.info,
  },
  parseConnection,
  readEndpoint,
  check: checkConnection,
  openAccount,
  open: openSource,
  normalize: (stream, raw) => readRecord(wizStreams[stream], raw),
};
