// From the wish to the lesson, in few steps, with scripts and without (ui T1, T2, T3, A3).
import { expect, type Page, test } from "@playwright/test";
import { freeTime, freshEmail, Hand, PASSWORD, signIn, signUp, teacherOf } from "../support/site";

// Each test takes times of an instructor of its own, so that none finds its time gone.
test.describe.configure({ mode: "serial" });

const reserve = (page: Page) => page.getByRole("button", { name: /^Reserve lesson/ });

async function expectConfirmed(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/lessons\/\d+\?new=1$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your lesson is confirmed!");
}

/** Books a time of the first who teaches this, weeks ahead, and returns the address of the lesson. */
async function book(page: Page, service: string): Promise<string> {
  await page.goto(await freeTime(page, await teacherOf(page, service)));
  await reserve(page).click();
  await expectConfirmed(page);
  return new URL(page.url()).pathname;
}

test("somebody who is signed in books from the home page with two presses", async ({ page }) => {
  await signUp(page);
  await page.goto("/");
  const hand = new Hand(page);
  const time = page.locator("a.time-chip-now").last();
  const start = /\d+:\d+/.exec(await time.innerText())?.[0] ?? "no time";
  await hand.click("a free time", time);
  await expect(page.getByRole("definition").first()).toContainText(start);
  await hand.click("reserve", reserve(page));
  await expectConfirmed(page);
  hand.expectAtMost(2);
});

test("a lesson of the past is booked again from the home page with three presses", async ({ page }) => {
  await signIn(page, "student");
  const hand = new Hand(page);
  await hand.click("book again", page.getByRole("link", { name: /^Book again/ }).first());
  await hand.click("a time", page.locator("button.time-chip").first());
  await hand.click("reserve", reserve(page));
  await expectConfirmed(page);
  hand.expectAtMost(3);
});

for (const { javaScriptEnabled, nth, instrument } of [
  { javaScriptEnabled: true, nth: 0, instrument: "violin" },
  { javaScriptEnabled: false, nth: 1, instrument: "drums" },
]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("a search leads to a lesson in four interactions", async ({ page }) => {
      await signUp(page);
      await page.goto("/");
      const hand = new Hand(page);
      const box = page.getByRole("searchbox").first();
      await hand.fill("what to learn", box, "guitar");
      await hand.enter(box);
      await hand.click("a time", page.locator(".instructor-card").nth(nth).locator("a.time-chip").first());
      await hand.click("reserve", reserve(page));
      await expectConfirmed(page);
      hand.expectAtMost(4);
    });

    test("somebody new books after four decisions and a form of three fields, and types nothing twice", async ({ page }) => {
      await page.goto("/search?q=yoga");
      const hand = new Hand(page);
      await hand.click("a time", page.locator(".instructor-card").nth(nth).locator("a.time-chip").first());
      const summary = await page.getByRole("definition").first().innerText();
      await hand.click("create an account", page.getByRole("link", { name: "Create an account" }));
      const decisions = hand.done.length;
      await hand.fill("name", page.getByLabel("Name"), "Katherine Johnson");
      await hand.fill("email", page.getByLabel("Email"), freshEmail());
      await hand.fill("password", page.getByLabel("Password"), PASSWORD);
      await hand.click("sign up", page.locator("form[action='/signup'] button[type=submit]"));
      // Back at the review, with the same choice.
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Review your lesson");
      await expect(page.getByRole("definition").first()).toHaveText(summary);
      await hand.click("reserve", reserve(page));
      await expectConfirmed(page);
      expect(decisions).toBeLessThanOrEqual(4);
      hand.expectAtMost(4 + 8);
    });

    test("a lesson is moved in four presses and cancelled in three", async ({ page }) => {
      await signUp(page);
      const lesson = await book(page, instrument);
      await page.goto("/lessons");
      const mover = new Hand(page);
      const before = await page.locator(".lesson-card time").first().innerText();
      await mover.click("move", page.getByRole("link", { name: /^Move\b/ }).first());
      await mover.click("a time", page.locator("button.time-chip").first());
      await mover.click("confirm", page.getByRole("button", { name: /^Move lesson/ }));
      mover.expectAtMost(4);
      await expect(page).toHaveURL(new RegExp(lesson));
      await page.goto("/lessons");
      expect(await page.locator(".lesson-card time").first().innerText()).not.toBe(before);

      const canceller = new Hand(page);
      await canceller.click("cancel", page.getByRole("link", { name: /^Cancel\b/ }).first());
      await canceller.click("why", page.getByRole("radio").first());
      await canceller.click("confirm", page.getByRole("button", { name: /^Cancel lesson/ }));
      canceller.expectAtMost(3);
      await page.goto("/lessons?tab=cancelled");
      await expect(page.locator(".lesson-card")).toHaveCount(1);
    });
  });
}
