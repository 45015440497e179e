import { readFileSync, writeFileSync } from "node:fs";
import { startEmulatorProcess } from "../src/cli/emulator-process.ts";
import { findConnector } from "../src/connectors/registry.ts";
import { createLogger } from "../src/log.ts";
import type { StreamName } from "../src/model.ts";
import { printCode, trainCode } from "../src/store/deflate/code.ts";
import { createMatcher, distanceOf, lengthOf } from "../src/store/deflate/matcher.ts";
import { distanceSymbols, endSymbol, lengthSymbols } from "../src/store/deflate/symbols.ts";

const folder = new URL("../src/store/raw-dictionary/", import.meta.url);

/**
 * Makes the code that goes with a stream's dictionary from records of the emulator: `npm run raw-codes`. What is
 * released must stay as it is, or what was packed with it cannot be read.
 */
for (const [i, stream] of streams().entries()) {
  const name = `${i + 1}-${stream}`;
  const records = await sampleRecords(stream);
  const code = trainCode(countSymbols(readFileSync(new URL(`${name}.txt`, folder)), records));
  writeFileSync(new URL(`${name}.code`, folder), printCode(code));
}

function streams(): StreamName[] {
  return ["vulnerabilities", "misconfigurations", "issues", "detections", "assets"];
}

async function sampleRecords(stream: StreamName): Promise<string[]> {
  const emulator = await startEmulatorProcess(["--port", "0", "--findings", "20000", "--seed", "7"]);
  const connector = findConnector("wiz");
  const credentials = { clientId: "emulator", clientSecret: "emulator-secret" };
  const form = { apiEndpoint: emulator.url, tokenUrl: `${emulator.url}/oauth/token`, ...credentials };
  const hosts = { allowedHosts: [emulator.host] };
  const log = createLogger({ format: "text", level: "warn", stream: process.stderr });
  const source = connector.open(connector.parseConnection(form, hosts), { ...hosts, fetch, now: Date.now, log });
  try {
    const [spec] = source.plan(stream, "full", { after: null, before: null });
    const records: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await source.page(spec!, cursor, new AbortController().signal);
      records.push(...page.records.map(({ raw }) => raw));
      cursor = page.nextCursor;
    } while (cursor !== null && records.length < 5_000);
    return records;
  } finally {
    await emulator.stop();
  }
}

function countSymbols(dictionary: Uint8Array, records: readonly string[]) {
  const match = createMatcher(dictionary);
  const literals = new Float64Array(286);
  const distances = new Float64Array(30);
  for (const record of records) {
    const found = match(record);
    if (found === null) continue;
    for (const token of found.tokens.subarray(0, found.count)) {
      const length = lengthOf(token);
      literals[length === 0 ? token : lengthSymbols.symbol[length]!]!++;
      if (length > 0) distances[distanceSymbols.symbol[distanceOf(token)]!]!++;
    }
    literals[endSymbol]!++;
  }
  return { literals, distances };
}
