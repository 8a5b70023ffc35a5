// Pages are light: bytes and requests of a first and a second visit (ui P1, P5).
import { expect, test } from "@playwright/test";
import { teacherOf } from "../support/site";

const MOST_BYTES = 60_000;
const MOST_SCRIPT_BYTES = 25_000;
const MOST_STYLE_BYTES = 14_000;
const MOST_REQUESTS = 6;

for (const address of ["/", "/services", "/services/music", "/search?q=piano", "the profile of a teacher", "/login"]) {
  test(`the first visit of ${address} is light and the second is one request`, async ({ browser, context }) => {
    // Looked up in a browser of its own, so that this one has seen nothing yet.
    const guide = await browser.newContext();
    const route = address.startsWith("/") ? address : await teacherOf(await guide.newPage(), "piano");
    await guide.close();
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send("Network.enable");
    const kinds = new Map<string, string>();
    const bytes = new Map<string, number>();
    let requests: string[] = [];
    // What the memory of the browser answers is announced before the answer.
    const remembered = new Set<string>();
    client.on("Network.requestServedFromCache", ({ requestId }) => remembered.add(requestId));
    client.on("Network.responseReceived", ({ requestId, type, response }) => {
      kinds.set(requestId, type);
      if (!remembered.has(requestId) && !response.fromDiskCache) requests.push(response.url);
    });
    client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const kind = kinds.get(requestId) ?? "Other";
      bytes.set(kind, (bytes.get(kind) ?? 0) + encodedDataLength);
    });
    await page.goto(route, { waitUntil: "networkidle" });
    const total = [...bytes.values()].reduce((sum, part) => sum + part, 0);
    expect(total).toBeLessThanOrEqual(MOST_BYTES);
    expect(bytes.get("Script") ?? 0).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
    expect(bytes.get("Stylesheet") ?? 0).toBeLessThanOrEqual(MOST_STYLE_BYTES);
    expect(requests.length, requests.join(" ")).toBeLessThanOrEqual(MOST_REQUESTS);
    test.info().annotations.push({ type: "weight", description: `${route}: ${total} bytes, ${requests.length} requests` });

    requests = [];
    await page.goto(route, { waitUntil: "networkidle" });
    expect(requests).toHaveLength(1);
  });
}

test("nothing in a public page keeps the browser from bringing it back at once", async ({ browser, context }) => {
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Page.enable");
  const blocked: string[] = [];
  // The browser of the tests has switched it off, which is what it says of every page; anything else is the page's own doing.
  const always = ["BackForwardCacheDisabled", "BackForwardCacheDisabledByCommandLine", "BrowsingInstanceNotSwapped"];
  client.on("Page.backForwardCacheNotUsed", ({ notRestoredExplanations }) => {
    blocked.push(...notRestoredExplanations.map(({ reason }) => reason).filter((reason) => !always.includes(reason)));
  });
  const guide = await browser.newContext();
  const profile = await teacherOf(await guide.newPage(), "piano");
  await guide.close();
  // The very first page brings a cookie, and so no browser keeps it.
  await page.goto("/about");
  for (const route of ["/", "/services", "/search?q=piano", profile, "/login"]) {
    // Whoever leaves while something is still on its way, such as the icon, does not count.
    await page.goto(route, { waitUntil: "networkidle" });
    await page.goto("/help");
    const explained = new Promise((resolve) => client.once("Page.backForwardCacheNotUsed", resolve));
    await page.goBack();
    await explained;
    expect(blocked, route).toEqual([]);
  }
});
