import { createEmulator } from "../src/emulator/emulator.ts";
import type { Integration } from "../src/store/integration.ts";
import type { TestDatabase } from "./postgres.ts";
import { emulatorHost, testWeir } from "./weir.ts";

/** Fills a database with everything of an emulated tenant, lets the tenant live on for some hours and syncs again. */
export async function syncTenant(database: TestDatabase, options: { findings: number }): Promise<Integration> {
  const emulator = createEmulator({ ...options, seed: 7, start: "2026-08-01T00:00:00Z", clock: "frozen" });
  const send = (input: string | URL | Request, init?: RequestInit) => emulator.fetch(new Request(input, init));
  const weir = testWeir(database, (async (...args: Parameters<typeof send>) => send(...args)) as typeof fetch);
  const integration = await weir.addIntegration("tenant");
  await weir.sync(integration, { full: true });
  await send(`http://${emulatorHost}/emulator/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advanceSeconds: 6 * 3600 }),
  });
  await weir.sync(integration);
  return integration;
}
