import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Two kinds of test: `unit` is pure and quick, `db` has a PostgreSQL of its own (see test/postgres.ts). */
// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    // A file waits for PostgreSQL half of its time, so on two cores two go on side by side.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "ui/src/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: ["**/*.db.test.ts"],
        },
      },
      {
        test: {
          name: "db",
          include: ["src/**/*.db.test.ts", "bench/**/*.db.test.ts", "test/**/*.test.ts"],
          globalSetup: ["test/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
