// What the browser tests run with. `cargo xtask browser` starts the server and names it in BASE_URL.
import { defineConfig } from "@playwright/test";

const baseURL = process.env.BASE_URL;
if (!baseURL) {
  throw new Error("BASE_URL is not set: run the tests with `cargo xtask browser`");
}

export default defineConfig({
  projects: [
    { name: "tests", testDir: "specs" },
    { name: "speed", testDir: "speed", workers: 1 },
    { name: "pictures", testDir: "pictures", workers: 1 },
  ],
  outputDir: "results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL,
    browserName: "chromium",
    // The browser of the system; nothing is downloaded.
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      // Chromium's own sandbox does not work for root, who runs the tests on build servers.
      args: ["--no-sandbox", "--force-prefers-reduced-motion"],
    },
    locale: "en-US",
    timezoneId: "America/New_York",
    screenshot: "only-on-failure",
    trace: "off",
  },
});
