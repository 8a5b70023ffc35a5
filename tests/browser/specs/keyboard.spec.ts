// Without a mouse: everything can be reached, seen and pressed (ui A2).
import { expect, type Page, test } from "@playwright/test";
import { routes, signUp } from "../support/site";

/** What has the focus, and whether a person can see that. */
async function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const { x, y } = { x: box.x + box.width / 2, y: box.y + Math.min(box.height / 2, 20) };
    const top = document.elementFromPoint(x, y);
    // A radio that is drawn by its label shows its focus there.
    const label = element.closest("label");
    const drawn = [element, ...(label ? [label] : []), ...(element.parentElement ? [element.parentElement] : [])];
    return {
      name: (element.textContent ?? "").trim().slice(0, 60) || element.outerHTML.slice(0, 100),
      outlined: drawn.some((one) => {
        const { outlineStyle, outlineWidth, boxShadow } = one === element ? style : getComputedStyle(one);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
      }),
      covered: top !== null && top !== element && !element.contains(top) && !top.contains(element) && !label?.contains(top),
    };
  });
}

/** Presses Tab until the focus is on something with this name, and looks at every stop on the way. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let stops = 0; stops < 150; stops += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (!now) continue;
    expect.soft(now.outlined, `the focus on "${now.name}" can be seen`).toBe(true);
    expect.soft(now.covered, `"${now.name}" is not covered when it has the focus`).toBe(false);
    if (name.test(now.name)) return;
  }
  throw new Error(`Tab never reaches ${name}`);
}

test("a lesson is booked from the home page and cancelled again with the keyboard alone", async ({ page }) => {
  await signUp(page);
  await page.goto("/");
  await tabTo(page, /^(Today|Tomorrow) \d/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Review your lesson");
  await tabTo(page, /^Reserve lesson/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your lesson is confirmed!");
  // The news has the focus, so that it is read out.
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await tabTo(page, /^Cancel lesson/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Cancel this lesson?");
  await tabTo(page, /type="radio"/);
  await page.keyboard.press("Space");
  await tabTo(page, /^Cancel lesson/);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Cancelled", { exact: true }).first()).toBeVisible();
});

test("the first stop on every page leads past the navigation", async ({ page }) => {
  for (const route of routes("visitor")) {
    await page.goto(route);
    // Pages with a mistake put the focus on its description first.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to content" });
    if (await page.evaluate(() => document.activeElement?.matches("a[href='#main']"))) {
      await expect(skip, route).toBeVisible();
      await page.keyboard.press("Enter");
      await expect(page.getByRole("main"), route).toBeFocused();
    } else {
      expect(await page.evaluate(() => !!document.querySelector("[autofocus]")), `${route} starts elsewhere`).toBe(true);
    }
  }
});

test("Tab goes through every page in order and comes out at its end", async ({ page }) => {
  for (const route of ["/", "/services", "/search?q=piano", "/login", "/signup"]) {
    await page.goto(route);
    const stops = await page
      .locator("a[href], button, input:not([type=hidden]), select, textarea, summary")
      .evaluateAll((all) => all.filter((one) => one.checkVisibility() && (one as HTMLElement).tabIndex >= 0).length);
    const order: number[] = [];
    for (let press = 0; press < stops + 5; press += 1) {
      await page.keyboard.press("Tab");
      const place = await page.evaluate(() => [...document.querySelectorAll("*")].indexOf(document.activeElement as Element));
      if (order.includes(place)) break;
      // Between its end and its beginning the browser itself has the focus.
      if (!(await page.evaluate(() => document.activeElement === document.body))) order.push(place);
    }
    // Some pages begin in their form; from there it goes around once.
    const beginning = order.indexOf(Math.min(...order));
    const walked = [...order.slice(beginning), ...order.slice(0, beginning)];
    const read = [...walked].sort((left, right) => left - right);
    expect(walked, `${route} is read in another order than it is walked`).toEqual(read);
    expect(order.length, `${route} has a trap`).toBeGreaterThan(5);
  }
});
