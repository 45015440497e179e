import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startServer } from "../server.ts";

const builder = fileURLToPath(new URL("../../ui/build-if-changed.ts", import.meta.url));

/** The pages as they ship, and one PostgreSQL for all tests. */
export async function setUp(): Promise<() => Promise<void>> {
  const built = spawnSync(process.execPath, [builder], { stdio: "inherit" });
  if (built.status !== 0) throw new Error("The pages could not be built.");
  const server = await startServer();
  process.env.WEIR_TEST_SERVER_URL = server.url;
  return server.stop;
}

// biome-ignore lint/style/noDefaultExport: playwright reads the default export
export default setUp;
