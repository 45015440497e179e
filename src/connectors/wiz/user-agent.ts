import { readFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** What Wiz asks every integration to send: `[<integration GUID>/]weir/<version>`. The GUID is issued by Wiz. */
export function userAgent(integrationGuid?: string): string {
  const product = `weir/${version}`;
  return integrationGuid === undefined || integrationGuid === "" ? product : `${integrationGuid}/${product}`;
}
