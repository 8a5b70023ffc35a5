// Every page fits: no sideways scroll on small screens, with large text or wide spacing (ui A4, A5, A8).
import { expect, type Page, test } from "@playwright/test";
import { contextOf, found, type Role, routes } from "../support/site";

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

const SETTINGS: { name: string; width: number; height: number; style?: string }[] = [
  { name: "on the smallest phone", width: 320, height: 640 },
  { name: "on a phone", width: 360, height: 640 },
  { name: "on a phone on its side", width: 640, height: 320 },
  { name: "on a tablet", width: 768, height: 1024 },
  { name: "with text of double size", width: 640, height: 900, style: "html { font-size: 200% !important; }" },
  {
    name: "with spaced text",
    width: 360,
    height: 640,
    style:
      "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }" +
      " p { margin-block-end: 2em !important; }",
  },
];

for (const role of ["visitor", "student", "instructor", "admin"] as Role[]) {
  for (const { name, width, height, style } of SETTINGS) {
    test(`no page scrolls sideways ${name} for a ${role}`, async ({ browser }) => {
      // Style sheets of a test are no business of the content policy.
      const context = await contextOf(browser, role, { viewport: { width, height }, bypassCSP: true });
      const page = await context.newPage();
      for (const route of [...routes(role), ...(await found(page, role))]) {
        await page.goto(route);
        if (style) await page.addStyleTag({ content: style });
        expect.soft(await overflow(page), route).toBeLessThanOrEqual(0);
      }
      await context.close();
    });
  }
}

test("buttons and links outside of text are large enough to hit", async ({ browser }) => {
  const context = await contextOf(browser, "visitor", { viewport: { width: 360, height: 640 } });
  const page = await context.newPage();
  for (const route of routes("visitor")) {
    await page.goto(route);
    const small = await page.locator("button, a.button, input:not([type=hidden]), select").evaluateAll((all) =>
      all
        .map((control) => ({ control, box: control.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && box.height > 0 && (box.width < 24 || box.height < 24))
        .filter(({ control }) => !control.matches("input[type=radio], input[type=checkbox]") || !control.closest("label"))
        .map(({ control, box }) => `${control.outerHTML.slice(0, 120)} ${box.width}x${box.height}`),
    );
    expect.soft(small, route).toEqual([]);
  }
  await context.close();
});

test("nothing moves for those who asked for that", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const route of ["/", "/services", "/styleguide"]) {
    await page.goto(route);
    const moving = await page.locator("*").evaluateAll((all) =>
      all
        .filter((element) => {
          const style = getComputedStyle(element);
          const longest = (times: string) => Math.max(...times.split(",").map((time) => parseFloat(time) || 0));
          return longest(style.animationDuration) > 0.00001 || longest(style.transitionDuration) > 0.00001;
        })
        .map((element) => element.outerHTML.slice(0, 100)),
    );
    expect(moving, route).toEqual([]);
  }
});

test("what is chosen stands out where the system forces its colours", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto("/styleguide");
  const pairs: [chosen: string, other: string][] = [
    [".tabs a[aria-current]", ".tabs a:not([aria-current])"],
    [".category-bar label:has(input:checked)", ".category-bar label:not(:has(input:checked))"],
    ["a.day[aria-current]", "a.day:not([aria-current])"],
    [".choice:has(input:checked)", ".choice:not(:has(input:checked))"],
    [".pagination a[aria-current]", ".pagination a:not([aria-current])"],
    [".theme-switch button[aria-pressed=true]", ".theme-switch button[aria-pressed=false]"],
  ];
  const drawn = (selector: string) =>
    page.locator(selector).first().evaluate((element) => {
      const { borderBottomColor, outlineStyle, backgroundColor } = getComputedStyle(element);
      return [borderBottomColor, outlineStyle, backgroundColor].join(" ");
    });
  for (const [chosen, other] of pairs) {
    expect(await drawn(chosen), `${chosen} and ${other} look the same`).not.toBe(await drawn(other));
  }
  for (const selector of [".button", ".card", ".chip", ".badge", ".time-chip", ".flash", ".field select"]) {
    const border = await page.locator(selector).first().evaluate((element) => getComputedStyle(element).borderTopWidth);
    expect(border, selector).not.toBe("0px");
  }
});

test("a page begins at its top, whatever is current on it", async ({ browser }) => {
  test.setTimeout(180_000);
  for (const [role, route] of [["instructor", "/teach"], ["student", "/lessons?tab=cancelled"], ["admin", "/admin/audit"]] as const) {
    const context = await contextOf(browser, role, { viewport: { width: 360, height: 400 } });
    const page = await context.newPage();
    await page.goto(route, { waitUntil: "networkidle" });
    expect.soft(await page.evaluate(() => window.scrollY), route).toBe(0);
    // What scrolls by itself shows what is current.
    await expect.soft(page.locator(".site-nav [aria-current], .tabs [aria-current]").last(), route).toBeInViewport({ ratio: 0.9 });
    await context.close();
  }
});
