import type { App } from "../app.ts";
import { findConnector } from "../connectors/registry.ts";
import { streamNames } from "../model.ts";
import type { Integration, StreamSettings } from "../store/integration.ts";
import { addIntegration } from "../sync/edit.ts";
import { cliActor } from "./actor.ts";

export interface EmulatorTenant {
  name: string;
  /** Where the emulator listens; its host must be among the allowed ones. */
  url: string;
  isEnabled: boolean;
  /** Minutes between two polls of every stream. */
  intervalMinutes: number;
}

/** Makes an emulator with its default credentials an integration of the inventory, all streams on. */
export async function addEmulatorTenant(app: App, tenant: EmulatorTenant): Promise<Integration> {
  const { name, url, isEnabled, intervalMinutes } = tenant;
  const connector = findConnector("wiz");
  const credentials = { clientId: "emulator", clientSecret: "emulator-secret" };
  const form = { apiEndpoint: url, tokenUrl: `${url}/oauth/token`, ...credentials };
  const connection = connector.parseConnection(form, { allowedHosts: app.config.allowedHosts });
  const streams = Object.fromEntries(streamNames.map((stream) => [stream, { enabled: true, intervalMinutes }]));
  const entry = {
    name,
    connector: connector.catalogue.id,
    description: "The built-in Wiz emulator",
    connection,
    isEnabled,
    streams: streams as StreamSettings,
  };
  const { db, box, now } = app;
  return await addIntegration({ db, box, now, by: cliActor() }, entry);
}
