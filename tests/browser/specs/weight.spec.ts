// Pages are light: bytes and requests of a first and a second visit (ui P1, P5).
import { expect, test } from "@playwright/test";

const MOST_BYTES = 60_000;
const MOST_SCRIPT_BYTES = 25_000;
const MOST_STYLE_BYTES = 14_000;
const MOST_REQUESTS = 6;

for (const route of ["/", "/services", "/services/music", "/login"]) {
  test(`the first visit of ${route} is light and the second is one request`, async ({ context }) => {
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
