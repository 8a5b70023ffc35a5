// Everybody can use every page: no violation of axe in any role, theme and size (ui A1, A6).
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { contextOf, found, type Role, routes } from "../support/site";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SIZES = [
  { width: 360, height: 640 },
  { width: 1280, height: 900 },
];

for (const role of ["visitor", "student", "instructor", "admin"] as Role[]) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const viewport of SIZES) {
      test(`axe finds nothing for a ${role} on ${colorScheme} at ${viewport.width}`, async ({ browser }) => {
        test.setTimeout(300_000);
        const context = await contextOf(browser, role, { colorScheme, viewport });
        const page = await context.newPage();
        for (const route of [...routes(role), ...(await found(page, role))]) {
          await test.step(route, async () => {
            await page.goto(route);
            const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
            const found = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.html) }));
            expect.soft(found, `${route} as ${role}`).toEqual([]);
          });
        }
        await context.close();
      });
    }
  }
}

test("axe finds nothing in a form with mistakes, whose summary takes the focus", async ({ page }) => {
  await page.goto("/signup");
  await page.locator("form[action='/signup'] button[type=submit]").click();
  await expect(page).toHaveTitle(/^Error: /);
  const summary = page.locator("[role=alert]").first();
  await expect(summary).toBeFocused();
  // Each mistake leads to its field, and each wrong field points to its message.
  const links = summary.getByRole("link");
  expect(await links.count()).toBeGreaterThan(1);
  for (const link of await links.all()) {
    const field = page.locator((await link.getAttribute("href")) ?? "nowhere");
    await expect(field).toHaveAttribute("aria-invalid", "true");
    const described = (await field.getAttribute("aria-describedby"))?.split(/\s+/).filter(Boolean) ?? [];
    const words = await Promise.all(described.map((id) => page.locator(`#${id}`).innerText()));
    expect(words.join(" ")).toContain(await link.innerText());
  }
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  expect(violations).toEqual([]);
});

test("every page has one heading of the first level, landmarks and a title of its own", async ({ page }) => {
  const titles = new Map<string, string>();
  for (const route of routes("visitor")) {
    await page.goto(route);
    await expect(page.locator("html"), route).toHaveAttribute("lang", "en");
    await expect(page.getByRole("heading", { level: 1 }), route).toHaveCount(1);
    await expect(page.getByRole("main"), route).toHaveCount(1);
    await expect(page.getByRole("contentinfo"), route).toHaveCount(1);
    const title = await page.title();
    if (route !== "/services/no-such-category") {
      expect(titles.get(title), `${route} has the title of another page: ${title}`).toBeUndefined();
    }
    titles.set(title, route);
    const levels = await page.locator("h1, h2, h3, h4, h5, h6").evaluateAll((all) =>
      all.map((heading) => Number(heading.tagName.slice(1))),
    );
    levels.reduce((above, level) => {
      expect(level, `${route} jumps from h${above} to h${level}`).toBeLessThanOrEqual(above + 1);
      return level;
    }, 0);
  }
});
