import { existsSync } from "node:fs";
import type { LaunchOptions } from "@playwright/test";

/** A Chromium that is installed; without one, what Playwright downloaded. */
const installed = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && path !== "" && existsSync(path));

/** As root and without a network Chromium needs to be told so. */
const args = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How a browser is started, for tests and for measurements. */
export const launchOptions: LaunchOptions = { args, ...(installed !== undefined && { executablePath: installed }) };
