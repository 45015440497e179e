import type { Connector } from "../connector.ts";
import { openAccount } from "./account.ts";
import { wizCatalogue } from "./catalogue.ts";
import { checkConnection } from "./check.ts";
import { parseConnection } from "./endpoint.ts";
import { readRecord } from "./paginate.ts";
import { readEndpoint } from "./read-endpoint.ts";
import { openSource } from "./source.ts";
import { wizStreams } from "./streams/all.ts";

export const wizConnector: Connector = {
  catalogue: wizCatalogue,
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
