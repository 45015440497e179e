import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { helpPages } from "./help-pages.ts";
import { packFiles } from "./pack-files.ts";
import { usedStyles } from "./used-styles.ts";

const weir = "http://127.0.0.1:8080";

// biome-ignore lint/style/noDefaultExport: vite reads the default export
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react(), usedStyles(), helpPages(), packFiles()],
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 700 },
  // `npm run dev:ui` beside a Weir that runs: the API takes changes from its own pages only.
  server: {
    proxy: { "/api": { target: weir, changeOrigin: true, headers: { origin: weir } } },
  },
});
