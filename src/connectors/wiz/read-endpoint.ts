import type { AddressForm, Endpoint, HostRules } from "../connector.ts";
import { type ApiEndpoint, dataCentreOf, findPreset, isDataCentreAlone, parseEndpoint } from "./endpoint.ts";

/** The addresses of a form, whole, and what was guessed about them. @throws AddressError naming the field */
export function readEndpoint(form: AddressForm, rules: HostRules): Endpoint {
  const { api, token } = parseEndpoint(form, rules);
  return {
    apiEndpoint: api.url,
    tokenUrl: token.url,
    dataCentre: dataCentreOf(api.url),
    environment: api.environment?.domain ?? null,
    note: noteOn(form.apiEndpoint, api),
  };
}

function noteOn(typed: string, { url, environment }: ApiEndpoint): string | null {
  if (environment === null) return noteOnForeign(new URL(url));
  const dataCentre = dataCentreOf(url);
  const preset = findPreset(typed);
  if (preset !== undefined)
    return `The region ${preset.title} is the data centre ${dataCentre} in the commercial environment, ${environment.domain}.`;
  if (isDataCentreAlone(typed))
    return `A data centre alone is taken for the commercial environment, ${environment.domain}. For another one name it too, such as ${dataCentre}.app.wiz.us.`;
  if (environment.domain === "app.wiz.io") return null;
  return `This is the environment ${environment.domain}, ${environment.title}; its tokens come from ${environment.tokenHost}.`;
}

function noteOnForeign({ host, protocol }: URL): string {
  const plain = protocol === "http:" ? " It is called over plain http, which can be read on the way." : "";
  return `${host} is not a host of Wiz: it is called because WEIR_ALLOWED_HOSTS names it.${plain}`;
}
