// What the browser tests run with. `cargo xtask browser` starts the server and names it in BASE_URL.
import { defineConfig, type LaunchOptions } from "@playwright/test";
import { join } from "node:path";

const baseURL = process.env.BASE_URL;
if (!baseURL) {
  throw new Error("BASE_URL is not set: run the tests with `cargo xtask browser`");
}

const launchOptions: LaunchOptions = {
  // The browser of the system; nothing is downloaded.
  executablePath: process.env.CHROMIUM,
  // Chromium's own sandbox does not work for root, who runs the tests on build servers.
  args: ["--no-sandbox", "--force-prefers-reduced-motion"],
};

/** Pictures are the same on every machine: pinned letters, smoothed in grey, neither bent to a grid of pixels nor coloured. */
const painted: LaunchOptions = {
  ...launchOptions,
  args: [...(launchOptions.args ?? []), "--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"],
  env: { ...(process.env as Record<string, string>), FONTCONFIG_FILE: join(__dirname, "support/fonts.conf") },
};

export default defineConfig({
  projects: [
    { name: "tests", testDir: "specs" },
    { name: "speed", testDir: "speed", workers: 1 },
    { name: "looks", testDir: "look", use: { launchOptions: painted, deviceScaleFactor: 1 } },
    { name: "pictures", testDir: "pictures", workers: 1, use: { launchOptions: painted } },
  ],
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: {
    timeout: 10_000,
    // One pixel in a thousand may differ.
    toHaveScreenshot: { maxDiffPixelRatio: 0.001, animations: "disabled", caret: "hide", scale: "css" },
  },
  // `cargo xtask browser looks --update` makes them; nothing else does.
  snapshotPathTemplate: join(process.env.LOOKS ?? "look/__pictures__", "{arg}{ext}"),
  updateSnapshots: "none",
  reporter: [["list"]],
  use: {
    baseURL,
    browserName: "chromium",
    launchOptions,
    locale: "en-US",
    timezoneId: "America/New_York",
    screenshot: "only-on-failure",
    trace: "off",
  },
});
