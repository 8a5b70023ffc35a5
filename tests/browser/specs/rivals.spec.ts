// Two people, one time; impatient fingers; interrupted journeys (ui C1, C8, C9, C10).
import { type Browser, expect, type Page, test } from "@playwright/test";
import { contextOf, endSession, freeTime, PASSWORD, signIn, signUp, teacherOf } from "../support/site";

const reserve = (page: Page) => page.getByRole("button", { name: /^Reserve lesson/ });
const heading = (page: Page) => page.getByRole("heading", { level: 1 });

/** How many lessons lie ahead of whoever is signed in. */
async function lessonsAhead(page: Page): Promise<number> {
  await page.goto("/lessons");
  return page.locator(".lesson-card").count();
}

/** Two new students, each in a browser of their own. */
async function rivals(browser: Browser, javaScriptEnabled: boolean): Promise<[Page, Page]> {
  const somebody = async () => {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    await signUp(page);
    return page;
  };
  return Promise.all([somebody(), somebody()]);
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`of two people who want one time one gets it, and the other gets three more and keeps what was typed, ${how}`, async ({
    browser,
  }) => {
    const people = await rivals(browser, javaScriptEnabled);
    const [quick, slow] = people;
    const time = await freeTime(quick, await teacherOf(quick, "chess"), javaScriptEnabled ? 0 : 6);
    for (const page of people) await page.goto(time);
    await slow.getByLabel("Note for the instructor").fill("I know how the pieces move <b>well</b>");
    await reserve(quick).click();
    await expect(heading(quick)).toHaveText("Your lesson is confirmed!");
    await reserve(slow).click();
    await expect(slow).toHaveTitle(/^Error: /);
    const others = slow.getByRole("main").getByRole("button", { name: /^Reserve/ });
    await expect(others).toHaveCount(3);
    await others.first().click();
    await expect(heading(slow)).toHaveText("Your lesson is confirmed!");
    await expect(slow.getByText("I know how the pieces move <b>well</b>")).toBeVisible();
    for (const page of people) {
      expect(await lessonsAhead(page)).toBe(1);
      await page.context().close();
    }
  });

  test(`whoever lost a time may go to somebody else who is free then, ${how}`, async ({ browser }) => {
    const people = await rivals(browser, javaScriptEnabled);
    const [quick, slow] = people;
    const time = await freeTime(quick, await teacherOf(quick, "guitar"), javaScriptEnabled ? 0 : 6);
    for (const page of people) await page.goto(time);
    await slow.getByLabel("Note for the instructor").fill("Chopin, if I may");
    await reserve(quick).click();
    await expect(heading(quick)).toHaveText("Your lesson is confirmed!");
    await reserve(slow).click();
    const others = slow.getByRole("region", { name: "Free at that time" }).getByRole("button", { name: /^Choose/ });
    await expect(others.first()).toBeVisible();
    expect(await others.count()).toBeLessThanOrEqual(3);
    await others.first().click();
    await expect(heading(slow)).toHaveText("Review your lesson");
    await expect(slow.getByLabel("Note for the instructor")).toHaveValue("Chopin, if I may");
    await reserve(slow).click();
    await expect(heading(slow)).toHaveText("Your lesson is confirmed!");
    for (const page of people) {
      expect(await lessonsAhead(page)).toBe(1);
      await page.context().close();
    }
  });

  test(`a double press and a reload book once, ${how}`, async ({ browser }) => {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    await signUp(page);
    await page.goto(await freeTime(page, await teacherOf(page, "photography"), javaScriptEnabled ? 0 : 6));
    await reserve(page).dblclick();
    await expect(page).toHaveURL(/\/lessons\/\d+/);
    await page.reload();
    await page.goBack();
    // Sent once more from the page that the browser kept.
    if (await reserve(page).isVisible()) await reserve(page).click();
    expect(await lessonsAhead(page)).toBe(1);
    await page.context().close();
  });
}

test("a session that ends before the last press is taken up again with the same choice", async ({ page, context }) => {
  const email = await signUp(page);
  await page.goto(await freeTime(page, await teacherOf(page, "spanish")));
  const chosen = await page.getByRole("definition").first().innerText();
  await endSession(context);
  await reserve(page).click();
  await expect(page).toHaveURL(/\/login/);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(heading(page)).toHaveText("Review your lesson");
  await expect(page.getByRole("definition").first()).toHaveText(chosen);
});

test("nobody opens what belongs to somebody else, and visitors are asked to sign in", async ({ browser, page }) => {
  await signUp(page);
  await page.goto(await freeTime(page, await teacherOf(page, "cooking")));
  await reserve(page).click();
  const lesson = new URL(page.url()).pathname;
  const stranger = await contextOf(browser, "student");
  for (const path of [lesson, `${lesson}/cancel`, `${lesson}/reschedule`]) {
    expect((await stranger.request.get(path)).status(), path).toBe(404);
  }
  await stranger.close();
  const visitor = await (await browser.newContext()).newPage();
  for (const path of ["/lessons", lesson, `${lesson}/cancel`]) {
    await visitor.goto(path);
    await expect(visitor, path).toHaveURL(new RegExp(`/login\\?next=${encodeURIComponent(path)}`));
  }
  await visitor.context().close();
});

test("whatever somebody calls themselves or writes is text on every page", async ({ page }) => {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("dialog", (dialog) => {
    complaints.push(dialog.message());
    void dialog.dismiss();
  });
  const nasty = `"><img src=x onerror=alert(1)><script>alert(2)</script>{{ 7 * 7 }}`;
  await signUp(page, nasty.slice(0, 60));
  await page.goto(await freeTime(page, await teacherOf(page, "french")));
  await page.getByLabel("Note for the instructor").fill(nasty);
  await reserve(page).click();
  await expect(page.getByText(nasty)).toBeVisible();
  for (const path of ["/", "/lessons", `/search?q=${encodeURIComponent(nasty)}`]) await page.goto(path);
  await expect(page.getByRole("searchbox").first()).toHaveValue(nasty);
  expect(complaints).toEqual([]);
});

test("somebody signed in as an instructor is told how lessons are booked", async ({ page }) => {
  const time = await freeTime(page, await teacherOf(page, "piano"));
  await signIn(page, "instructor");
  await page.goto(time);
  await expect(page.getByText("Lessons are booked with a student account")).toBeVisible();
  await expect(reserve(page)).toHaveCount(0);
});
