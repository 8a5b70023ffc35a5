// The pages look as they did: pictures of the style guide and of the key pages, in both themes and three sizes (ui V1), and of the
// style guide in the colours of a system that forces its own (ui A8). `cargo xtask browser looks --update` takes them anew.
import { expect, type Page, test } from "@playwright/test";
import { freeTime, type Role, signIn, teacherOf } from "../support/site";

/** A page, who looks at it, and what on it is different each time: covered, or taken away when its size changes too. */
interface Look {
  name: string;
  role: Role;
  route: string | ((page: Page) => Promise<string>);
  whole?: boolean;
  changing?: string[];
  passing?: string;
}

const LOOKS: Look[] = [
  { name: "style-guide", role: "visitor", route: "/styleguide", whole: true },
  { name: "home", role: "visitor", route: "/" },
  { name: "home-student", role: "student", route: "/" },
  { name: "services", role: "visitor", route: "/services" },
  { name: "search", role: "visitor", route: "/search?q=piano+under+%2480" },
  { name: "search-nobody", role: "visitor", route: "/search?q=piano+or+drums+under+%2420" },
  { name: "profile", role: "visitor", route: (page) => teacherOf(page, "piano") },
  { name: "review", role: "student", route: async (page) => freeTime(page, await teacherOf(page, "piano")) },
  { name: "lesson", role: "student", route: firstLesson },
  { name: "lessons", role: "student", route: "/lessons" },
  { name: "week", role: "instructor", route: "/teach/availability?week=2026-07-20" },
  { name: "today", role: "instructor", route: "/teach", changing: [".share-row"] },
  {
    name: "admin",
    role: "admin",
    route: "/admin",
    // How often was searched, when jobs ran, and who signed in.
    changing: [".stat:last-child dd", "[aria-labelledby=jobs-title] td:nth-child(n + 3)"],
    passing: "[aria-labelledby=audit-title]",
  },
];

const SIZES = [
  { width: 360, height: 1200 },
  { width: 768, height: 1200 },
  { width: 1280, height: 1000 },
];

async function firstLesson(page: Page): Promise<string> {
  await page.goto("/lessons");
  return (await page.locator(".lesson-card h3 a").first().getAttribute("href")) ?? "";
}

/** Opens a page and waits for everything on it, which includes the icons: no picture may be taken before them. */
async function open(page: Page, route: string): Promise<void> {
  await page.goto(route, { waitUntil: "networkidle" });
}

// A busy machine is no reason to look different.
test.describe.configure({ timeout: 300_000 });
const PATIENCE = 60_000;

for (const { name, role, route, whole, changing = [], passing } of LOOKS) {
  test(`${name} looks as it did`, async ({ page }) => {
    if (role !== "visitor") await signIn(page, role);
    const address = typeof route === "string" ? route : await route(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const size of SIZES) {
        // Scripts decide by the size at which a page is opened.
        await page.setViewportSize(size);
        await open(page, address);
        if (passing) await page.locator(passing).evaluate((element) => element.remove());
        await expect.soft(page).toHaveScreenshot(`${name}-${size.width}-${colorScheme}.png`, {
          fullPage: whole,
          timeout: PATIENCE,
          mask: changing.map((selector) => page.locator(selector)),
          maskColor: "#808080",
        });
      }
    }
  });
}

test("forced colours keep borders and what is chosen", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.setViewportSize({ width: 1280, height: 1000 });
  await open(page, "/styleguide");
  await expect.soft(page).toHaveScreenshot("style-guide-forced.png", { fullPage: true, timeout: PATIENCE });
});
