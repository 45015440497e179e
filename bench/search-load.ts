import { type App, openApp } from "../src/app.ts";
import { cliActor } from "../src/cli/actor.ts";
import { startEmulatorProcess } from "../src/cli/emulator-process.ts";
import { addEmulatorTenant } from "../src/cli/emulator-tenant.ts";
import { loadConfig } from "../src/config.ts";
import { assetScoreConstants } from "../src/risk/constants.ts";
import { removeIntegration } from "../src/store/remove-integration.ts";
import { startWeir } from "./process.ts";

/** More than is loaded while anything is measured. */
const tenantFindings = 300_000;

/** Does the work while another process loads a tenant into the same store, then takes the tenant out again. */
export async function whileLoading<R>(dataDir: string, log: App["log"], work: () => Promise<R>): Promise<R> {
  const emulator = await startEmulatorProcess(["--port", "0", "--findings", String(tenantFindings), "--seed", "7"]);
  const env = { WEIR_DATA_DIR: dataDir, WEIR_ALLOWED_HOSTS: emulator.host, WEIR_MAX_REQUESTS_PER_SECOND: "1000" };
  const app = await openApp(loadConfig(env, process.cwd()), log);
  try {
    const tenant = { name: "load", url: emulator.url, isEnabled: false, intervalMinutes: 60 };
    const { id } = await addEmulatorTenant(app, tenant);
    const load = startWeir(["sync", "load", "--full"], env);
    try {
      return await work();
    } finally {
      await load.stop();
      await removeIntegration({ db: app.db, now: app.now, score: assetScoreConstants, by: cliActor() }, id);
    }
  } finally {
    await app.close();
    await emulator.stop();
  }
}
