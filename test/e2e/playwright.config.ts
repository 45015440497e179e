import { defineConfig } from "@playwright/test";
import { launchOptions } from "./chromium.ts";

// biome-ignore lint/style/noDefaultExport: playwright reads the default export
export default defineConfig({
  testDir: ".",
  outputDir: "../../coverage/e2e",
  globalSetup: "./global-setup.ts",
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  // A machine that builds many things at once can be too slow for a moment; what fails twice is wrong.
  retries: process.env.CI === undefined ? 0 : 1,
  reporter: process.env.CI === undefined ? "list" : "line",
  use: {
    actionTimeout: 15_000,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    // It costs a third of the time, so not before something has failed.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions,
  },
});
