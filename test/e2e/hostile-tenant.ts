import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Tenant } from "./world.ts";

/** What an attacker would name a machine, a tag or a secret, were anyone to read it as more than text. */
const markup = `<img src=x onerror="window.wasTaken=1"><script>window.wasTaken=1</script>`;
const evilLink = "javascript:window.wasTaken=1";

/** Texts that people outside Weir write, and addresses that they give. */
const texts = new Set(["name", "value", "description", "resolutionRecommendation", "remediation", "detailedName"]);
const links = new Set(["link", "url", "portalUrl", "cloudProviderURL", "sourceURL"]);

/** Stands before a tenant and puts markup into every text and script into every address of its records. */
export async function startHostileTenant(tenant: Tenant): Promise<Pick<Tenant, "url" | "host" | "stop">> {
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const answer = await fetch(tenant.url + request.url!, {
      method: request.method!,
      headers: headersOf(request),
      ...(body !== "" && { body }),
    });
    const text = await answer.text();
    const isOfRecords = /^\s*query (Issues|Vulnerabilities|Misconfigurations|Detections|Assets)\b/.test(queryOf(body));
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/json" });
    response.end(isOfRecords ? JSON.stringify(poisoned(JSON.parse(text))) : text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const passed = ["authorization", "content-type", "user-agent"];
  return Object.fromEntries(
    passed.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}

function queryOf(body: string): string {
  return body.startsWith("{") ? ((JSON.parse(body) as { query?: string }).query ?? "") : "";
}

function poisoned(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => poisoned(one, key));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, name)]));
  if (typeof value !== "string") return value;
  if (links.has(key)) return evilLink;
  return texts.has(key) ? `${value} ${markup}` : value;
}
