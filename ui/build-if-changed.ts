import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Builds the pages when they are not there, or were built from other sources: `npm start` and `npm run demo` begin with
 * it, so nobody has to think of it. An installation without the tools to build them keeps what it has.
 */
const root = fileURLToPath(new URL("..", import.meta.url));
const stampPath = join(root, "ui/dist/.sources");
const sources = ["ui", "src/model.ts", "src/errors.ts", "src/query", "docs", "package-lock.json"];

const stamp = hashOf(sources.flatMap(filesOf));
const built = existsSync(stampPath) ? readFileSync(stampPath, "utf8") : null;
if (built !== stamp || process.argv.includes("--always")) await build();

async function build(): Promise<void> {
  process.stderr.write(built === null ? "Building the pages, once …\n" : "The pages have changed: building them …\n");
  const { build: viteBuild } = await import("vite");
  await viteBuild({ configFile: join(root, "ui/vite.config.ts"), logLevel: "warn" });
  writeFileSync(stampPath, stamp);
}

function filesOf(place: string): string[] {
  const path = join(root, place);
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(join(root, "ui/dist")))
    .sort();
}

function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}
