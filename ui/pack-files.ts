import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Plugin } from "vite";

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** Packs what is built as tightly as it goes, once, so that the server only hands it out. */
export function packFiles(): Plugin {
  let directory = "";
  return {
    name: "pack-files",
    apply: "build",
    configResolved: (config) => {
      directory = join(config.root, config.build.outDir);
    },
    closeBundle: async () => {
      const names = await readdir(directory, { recursive: true });
      const packed = names.filter((name) => /\.(js|css|html|svg|json)$/.test(name));
      await Promise.all(packed.map((name) => packFile(join(directory, name))));
    },
  };
}

async function packFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  await Promise.all([
    brotli(bytes).then((packed) => writeFile(`${path}.br`, packed)),
    gzip(bytes, { level: 9 }).then((packed) => writeFile(`${path}.gz`, packed)),
  ]);
}
