// Every link leads somewhere, nothing breaks the content policy, and reading changes nothing (ui C7, C10).
import { expect, test } from "@playwright/test";
import { contextOf, type Role } from "../support/site";

for (const role of ["visitor", "student", "instructor", "admin"] as Role[]) {
  test(`a ${role} finds no broken link, no broken policy and no form without its token`, async ({ browser }) => {
    test.setTimeout(300_000);
    const context = await contextOf(browser, role);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(`${page.url()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
    const foreign = new Set<string>();
    const home = new URL((await page.goto("/"))?.url() ?? "");
    page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith("http") && host !== home.host) foreign.add(host);
    });

    const seen = new Set<string>(["/"]);
    // Of many pages of one kind a few are opened; the others only have to answer.
    const opened = new Map<string, number>();
    const queue = ["/"];
    while (queue.length > 0) {
      const path = queue.shift() ?? "/";
      const kind = path.replace(/\?.*/, "?").replace(/\d+[^/]*/g, "N").replace(/^(\/services)\/.*/, "$1/X");
      const times = opened.get(kind) ?? 0;
      opened.set(kind, times + 1);
      if (times >= 4) {
        const answer = await context.request.get(path, { maxRedirects: 3 });
        expect.soft(answer.status(), path).toBe(200);
        continue;
      }
      const answer = await page.goto(path);
      expect.soft(answer?.status(), path).toBe(200);
      const tokenless = await page.locator("form[method=post]:not(:has(input[name=csrf]))").count();
      expect.soft(tokenless, `forms without a token on ${path}`).toBe(0);
      const links = await page.locator("a[href]").evaluateAll((all) =>
        all.filter((link) => !link.hasAttribute("download")).map((link) => (link as HTMLAnchorElement).href),
      );
      for (const link of links) {
        const url = new URL(link);
        const next = url.pathname + url.search;
        // The API has tests of its own, and error pages of the style guide are errors on purpose.
        const ours = url.host === home.host && !/^\/(api|docs|openapi\.json|styleguide)/.test(url.pathname);
        if (ours && !seen.has(next) && seen.size < 400) {
          seen.add(next);
          queue.push(next);
        }
      }
    }
    expect(seen.size).toBeGreaterThan(15);
    expect([...foreign]).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
}
