// The week editor: both views say the same, everything works by keyboard and without scripts (ui 5.7, T4, A2, A3, C11).
import { expect, type Page, test } from "@playwright/test";
import { contextOf } from "../support/site";

// Each test has a week of its own, so that they may run at the same time.
const week = (monday: string) => `/teach/availability?week=${monday}`;
const cell = (page: Page, name: string) => page.getByRole("gridcell", { name });

/** The times in the form, such as `sat 10:00-12:00`. */
async function times(page: Page): Promise<string[]> {
  return page.locator("#week").evaluate((form: HTMLFormElement) => {
    const data = [...new FormData(form)].map(([name, value]) => [name, String(value)] as const);
    const named = (end: string) => data.filter(([name]) => name.endsWith(end));
    return named("-from").map(([name, from], at) => [name.slice(0, 3), from, named("-to")[at]?.[1]] as const)
      .filter(([, from, to]) => from || to)
      .map(([day, from, to]) => `${day} ${from}-${to}`);
  });
}

async function saved(page: Page): Promise<string[]> {
  await page.getByRole("button", { name: "Save week" }).click();
  await expect(page.locator(".flash").getByText("Your week is saved.")).toBeVisible();
  return times(page);
}

test("a week is painted with the mouse and saved as it looks", async ({ browser }) => {
  const context = await contextOf(browser, "instructor", { viewport: { width: 1280, height: 1400 } });
  const page = await context.newPage();
  await page.goto(week("2027-03-01"));
  await page.getByRole("button", { name: "Clear week" }).click();
  const [from, to] = await Promise.all(
    ["Saturday, Mar 6, 10:00 AM to", "Sunday, Mar 7, 12:30 PM to"].map((name) => cell(page, name).boundingBox()),
  );
  await page.mouse.move(from!.x + 5, from!.y + 5);
  await page.mouse.down();
  await page.mouse.move(to!.x + 5, to!.y + 5, { steps: 5 });
  await page.mouse.up();
  await expect(cell(page, "Sunday, Mar 7, 11:00 AM to")).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("#live")).toContainText("Sunday, Mar 7 free: 10:00 AM to 1:00 PM");
  expect(await saved(page)).toEqual(["sat 10:00-13:00", "sun 10:00-13:00"]);
  await context.close();
});

test("a week is painted by keyboard alone, with one tab stop, and undone", async ({ browser }) => {
  const context = await contextOf(browser, "instructor", { viewport: { width: 1280, height: 1400 } });
  const page = await context.newPage();
  await page.goto(week("2027-03-08"));
  await page.getByRole("button", { name: "Clear week" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".week-grid [tabindex='0']")).toHaveCount(1);
  await page.locator(".week-grid [tabindex='0']").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press(" ");
  // With shift held down it is one stroke, and one change to undo.
  await page.keyboard.down("Shift");
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.up("Shift");
  expect(await times(page)).toEqual(["tue 07:00-09:00"]);
  await page.keyboard.press("Home");
  await expect(page.getByRole("button", { name: /^8:30 AM.*every day/ })).toBeFocused();
  await page.keyboard.press("End");
  await page.keyboard.press(" ");
  expect(await times(page)).toEqual(["tue 07:00-09:00", "sun 08:30-09:00"]);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  expect(await times(page)).toEqual(["tue 07:00-07:30"]);
  expect(await saved(page)).toEqual(["tue 07:00-07:30"]);
  await context.close();
});

test("what is typed in the list is what the grid shows", async ({ browser }) => {
  const context = await contextOf(browser, "instructor", { viewport: { width: 1280, height: 1400 } });
  const page = await context.newPage();
  await page.goto(week("2027-03-15"));
  await page.getByRole("button", { name: "Clear week" }).click();
  await page.getByRole("button", { name: "List", exact: true }).click();
  await page.getByLabel("Friday from").first().fill("09:15");
  await page.getByLabel("Friday to").first().fill("10:00");
  await expect(page.getByLabel("Friday from"), "there is always an empty pair").toHaveCount(2);
  await page.getByRole("button", { name: "Grid", exact: true }).click();
  await expect(cell(page, "Friday, Mar 19, 9:00 AM to 9:30 AM, partly free")).toBeVisible();
  await expect(cell(page, "Friday, Mar 19, 9:30 AM to 10:00 AM, free")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  expect(await times(page)).toEqual([]);
  await context.close();
});

test("a standard week for eight weeks ahead takes four presses without scripts", async ({ browser }) => {
  const context = await contextOf(browser, "instructor", { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(week("2027-04-05"));
  const filled = page.getByRole("button", { name: "Weekdays" });
  await filled.click();
  await page.getByRole("button", { name: "Save week" }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText(/^8 weeks, Apr 12/)).toBeVisible();
  await page.getByRole("button", { name: "Repeat this week" }).click();
  await expect(page.getByText("The week is repeated until Sun, Jun 6: 8 weeks.")).toBeVisible();
  await context.close();
});

test("a week that was changed elsewhere keeps what was painted", async ({ browser }) => {
  const context = await contextOf(browser, "instructor", { viewport: { width: 1280, height: 1400 } });
  const [mine, other] = [await context.newPage(), await context.newPage()];
  for (const page of [mine, other]) await page.goto(week("2027-03-22"));
  await other.getByRole("button", { name: "Weekends" }).click();
  expect(await saved(other)).toContain("sat 10:00-18:00");
  await mine.getByRole("button", { name: "Clear week" }).click();
  await cell(mine, "Monday, Mar 22, 10:00 AM to").click();
  await mine.getByRole("button", { name: "Save week" }).click();
  await expect(mine.getByText("This week was changed elsewhere while you edited it.")).toBeVisible();
  expect(await times(mine)).toEqual(["mon 10:00-10:30"]);
  expect(await saved(mine)).toEqual(["mon 10:00-10:30"]);
  await context.close();
});
