// Parts that change without a new page: what changed is said once, the focus goes where the work goes on, the address follows, and
// Back, reload and new tabs work as without script (ui 4.3, 5.5, 5.6, A7).
import { expect, type Page, test } from "@playwright/test";
import { contextOf, endSession, teacherOf } from "../support/site";

interface Kept {
  said: string[];
}

/** Marks the document, and writes down what its live region says from now on. */
async function keep(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept: Kept = { said: [] };
    const live = document.getElementById("live");
    new MutationObserver(() => kept.said.push(live?.textContent ?? "")).observe(live as Node, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    (window as unknown as { kept: Kept }).kept = kept;
  });
}

/** What was said since; fails when the document is another one. */
async function said(page: Page): Promise<string[]> {
  const kept = await page.evaluate(() => (window as unknown as { kept?: Kept }).kept);
  expect(kept, "the page was not left").toBeDefined();
  return (kept as Kept).said;
}

const heading = (page: Page) => page.locator("#booker-times");
const times = (page: Page) => page.locator("button.time-chip");

test("a day brings its times, says how many once, and puts the focus there", async ({ page }) => {
  const profile = await teacherOf(page, "piano");
  await page.goto(profile);
  await keep(page);
  const first = await heading(page).innerText();
  const day = page.locator("a.day").nth(3);
  await day.click();
  await expect(heading(page)).not.toHaveText(first);
  await expect(heading(page)).toBeFocused();
  await expect(heading(page)).toHaveText(/^\d+ times? on \w+day, /);
  await expect(day).toHaveAttribute("aria-current", "date");
  await expect(page.locator("a.day[aria-current]")).toHaveCount(1);
  expect(await said(page)).toEqual([await heading(page).innerText()]);
  const date = new URL(page.url()).searchParams.get("date");
  await expect(page.locator("#times input[name=date]")).toHaveValue(date ?? "none");
  const chosen = await heading(page).innerText();
  await page.reload();
  await expect(heading(page)).toHaveText(chosen);
  await page.goBack();
  await expect(heading(page)).toHaveText(first);
  await page.goForward();
  await expect(heading(page)).toHaveText(chosen);
  await times(page).first().click();
  await expect(page).toHaveURL(new RegExp(`/book/.*date=${date}`));
  await page.goBack();
  await expect(heading(page)).toHaveText(chosen);
});

test("days open in new tabs, too", async ({ context, page }) => {
  await page.goto(await teacherOf(page, "piano"));
  await keep(page);
  const before = await heading(page).innerText();
  const opened = context.waitForEvent("page");
  await page.locator("a.day").nth(2).click({ modifiers: ["ControlOrMeta"] });
  await expect(heading(await opened)).not.toHaveText(before);
  await expect(heading(page)).toHaveText(before);
  expect(await said(page)).toEqual([]);
});

test("the days are one tab stop, and arrows move among those that have times", async ({ page }) => {
  await page.goto(await teacherOf(page, "piano"));
  const stops = page.locator("a.day[tabindex='0']");
  await expect(stops).toHaveCount(1);
  const days = page.locator("a.day");
  const count = await days.count();
  expect(count).toBeGreaterThan(8);
  await stops.focus();
  await page.keyboard.press("Home");
  await expect(days.first()).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(days.first(), "there is nothing before").toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(days.nth(1)).toBeFocused();
  await page.keyboard.press("End");
  await expect(days.nth(count - 1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  const place = () => page.evaluate(() => [...document.querySelectorAll(".day-strip li")].findIndex((li) => li.contains(document.activeElement)));
  const week = await place();
  await page.keyboard.press("PageDown");
  expect(await place()).toBeGreaterThan(week);
  await expect(stops).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(heading(page)).toBeFocused();
  await expect(stops).toHaveAttribute("aria-current", "date");
  await page.getByRole("link", { name: "Choose another day" }).press("Enter");
  await page.keyboard.press("Tab");
  await expect(stops).toBeFocused();
});

test("a length changes times and prices at once and keeps the focus", async ({ page }) => {
  await page.goto(await teacherOf(page, "piano"));
  await keep(page);
  const radios = page.getByRole("radio");
  expect(await radios.count()).toBeGreaterThan(1);
  const before = await times(page).count();
  const price = /\$[\d.]+/.exec(await times(page).first().innerText())?.[0];
  await radios.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/duration=/);
  await expect(radios.nth(1)).toBeFocused();
  await expect(radios.nth(1)).toBeChecked();
  await expect(times(page).first()).not.toContainText(`${price}`);
  expect(await times(page).count(), "times that no longer fit are gone").toBeLessThan(before);
  expect(await said(page)).toEqual([await heading(page).innerText()]);
  // The days lead on with this length.
  const minutes = new URL(page.url()).searchParams.get("duration");
  await expect(page.locator("a.day").first()).toHaveAttribute("href", new RegExp(`duration=${minutes}`));
  await page.goBack();
  await expect(times(page)).toHaveCount(before);
});

test("filters apply themselves, say how many offers are left, and keep the focus", async ({ page }) => {
  await page.goto("/search?q=piano");
  await keep(page);
  const order = page.getByLabel("Sort by");
  const prices = async () =>
    (await page.locator(".instructor-card").allInnerTexts()).map((text) => Number(/\$([\d.]+)/.exec(text)?.[1] ?? NaN));
  await order.focus();
  await order.selectOption({ label: "Lowest price" });
  await expect(page).toHaveURL(/sort=price/);
  await expect.poll(async () => (await prices()).every((price, at, all) => at === 0 || price >= (all[at - 1] ?? 0))).toBe(true);
  await expect(order).toBeFocused();
  await expect(order).toHaveValue("price");
  expect(await said(page)).toEqual([await page.locator("#results-title").innerText()]);
  await page.getByLabel("Max. $ / hour").fill("1");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("heading", { name: "Nobody fits all of that" })).toBeVisible();
  await expect(page).toHaveTitle(/under \$1/);
  expect((await said(page)).at(-1)).toBe("Nobody fits all of that");
  await page.goBack();
  await expect(page.locator("#results-title")).toBeVisible();
  await expect(page.getByLabel("Max. $ / hour")).toHaveValue("");
});

test("Enter in a filter applies it like the button does", async ({ page }) => {
  await page.goto("/search?q=piano");
  await keep(page);
  await page.getByLabel("Max. $ / hour").fill("1");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Nobody fits all of that" })).toBeVisible();
  await said(page);
  await page.getByLabel("Max. $ / hour").fill("");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.locator("#results-title")).toBeVisible();
});

test("a week is saved in place, says so once, and goes on being edited", async ({ browser }) => {
  const context = await contextOf(browser, "instructor", { viewport: { width: 1280, height: 1400 } });
  const page = await context.newPage();
  await page.goto("/teach/availability?week=2027-05-03");
  await page.getByRole("button", { name: "Clear week" }).click();
  await page.getByRole("gridcell", { name: "Monday, May 3, 10:00 AM to" }).click();
  await keep(page);
  const save = page.getByRole("button", { name: "Save week" });
  await save.click();
  await expect(page.locator(".flash").getByText("Your week is saved.")).toBeVisible();
  await expect(save).toBeFocused();
  expect((await said(page)).filter((words) => words.startsWith("Your week is saved."))).toHaveLength(1);
  await expect(page.locator("#news [role=status]"), "it is not said a second time").toHaveCount(0);
  await page.getByRole("gridcell", { name: "Monday, May 3, 10:30 AM to" }).click();
  await save.click();
  await expect(page.locator(".save-state")).toHaveText("1 hour free");
  await said(page);
  await page.reload();
  await expect(page.getByRole("gridcell", { name: "Monday, May 3, 10:30 AM to 11:00 AM, free" })).toBeVisible();
  await page.getByRole("gridcell", { name: "Monday, May 3, 11:00 AM to" }).click();
  await endSession(context);
  page.on("dialog", (dialog) => dialog.accept());
  await save.click();
  await expect(page, "whoever is no longer signed in is led to the door").toHaveURL(/\/login/);
  await context.close();
});

test("lessons that are over leave the list when it is said how they went", async ({ browser }) => {
  const context = await contextOf(browser, "instructor", { baseURL: process.env.MONDAY_URL });
  const page = await context.newPage();
  await page.goto("/teach/bookings?tab=waiting");
  await keep(page);
  const cards = page.locator(".lesson-card");
  const before = await cards.count();
  expect(before).toBeGreaterThan(1);
  const next = await cards.nth(1).getByRole("heading").innerText();
  await page.getByRole("button", { name: /^Mark complete/ }).first().press("Enter");
  await expect(cards).toHaveCount(before - 1);
  await expect(page.locator("#news")).toHaveText("The lesson is marked as completed.");
  await expect(page.getByRole("link", { name: "Needs action" })).toContainText(String(before - 1));
  // The next lesson has the focus, and not its button: a second press of Enter would say something about it.
  await expect(cards.first().getByRole("link", { name: next })).toBeFocused();
  expect(await said(page)).toEqual(["The lesson is marked as completed."]);
  for (let left = before - 1; left > 0; left -= 1) {
    await page.getByRole("button", { name: /^Student missed it/ }).first().click();
    await expect(cards).toHaveCount(left - 1);
  }
  await expect(page.getByRole("heading", { name: "Nothing waits for you" })).toBeVisible();
  await expect(page.getByRole("main")).toBeFocused();
  await said(page);
  await context.close();
});
