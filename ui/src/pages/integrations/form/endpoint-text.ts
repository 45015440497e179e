import type { Connector } from "../../../api/connectors.ts";

/** How the endpoint is being said. */
export type EndpointMode = "centre" | "paste" | { region: string };

interface EndpointParts {
  dataCentre: string;
  domain: string;
}

/** `https://api.<data centre>.<environment>`; without a data centre it is not whole, and can be taken apart again. */
export function endpointOf({ dataCentre, domain }: EndpointParts): string {
  return `https://api.${dataCentre}.${domain}`;
}

/** What `endpointOf` put together; `null`: it is something else. */
export function splitEndpoint(connector: Connector, text: string): EndpointParts | null {
  const host = hostOf(text);
  for (const { domain } of connector.endpoint.environments) {
    if (!host.startsWith("api.") || !host.endsWith(`.${domain}`)) continue;
    const dataCentre = host.length < `api..${domain}`.length ? "" : host.slice(4, -domain.length - 1);
    if (/^[a-z0-9-]*$/.test(dataCentre)) return { dataCentre, domain };
  }
  return null;
}

/** Which of the ways a text belongs to. */
export function modeOf(connector: Connector, text: string): EndpointMode {
  const region = connector.endpoint.regions.find(({ apiEndpoint }) => apiEndpoint === hostOf(text));
  if (region !== undefined) return { region: region.title };
  return splitEndpoint(connector, text) === null ? "paste" : "centre";
}

function hostOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^https:\/\//, "")
    .replace(/\/(graphql\/?)?$/, "");
}
