// Administrators look after the place, with scripts and without (ui A3).
import { expect, test } from "@playwright/test";
import { freeTime, freshEmail, PASSWORD, signIn, signUp, teacherOf } from "../support/site";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("an account is found, switched off and on again", async ({ page, request }) => {
      const email = freshEmail();
      const person = { email, password: PASSWORD, full_name: "Rosalind Franklin", role: "student" };
      expect((await request.post("/api/v1/auth/register", { data: person })).ok()).toBe(true);
      await signIn(page, "admin", "/admin/users");
      await page.getByLabel("Name or email").fill(email);
      await page.getByRole("button", { name: "Find" }).click();
      await page.getByRole("link", { name: "Rosalind Franklin" }).click();
      await page.getByRole("link", { name: "Switch off" }).click();
      await page.getByRole("button", { name: "Switch off" }).click();
      await expect(page).toHaveTitle(/^Error: /);
      await page.getByLabel("Why?").fill("asked for it");
      await page.getByRole("button", { name: "Switch off" }).click();
      await expect(page.getByRole("status")).toContainText("is switched off");
      await expect(page.getByRole("table")).toContainText("asked for it");
      await page.getByRole("link", { name: "Switch on" }).click();
      await page.getByLabel("Why?").fill("came back");
      await page.getByRole("button", { name: "Switch on" }).click();
      await expect(page.getByRole("status")).toContainText("is switched on");
    });

    test("a lesson is found by person and state", async ({ page }) => {
      await signIn(page, "admin", "/admin/bookings");
      await page.getByLabel("Email or account number").fill("student@example.com");
      await page.getByLabel("State").selectOption({ label: "Completed" });
      await page.getByRole("button", { name: "Find" }).click();
      const lessons = page.getByRole("main").locator(".admin-item");
      await expect(lessons.first()).toContainText("Completed");
      await lessons.first().getByRole("link").click();
      await expect(page.getByRole("definition").first()).toContainText("student@example.com");
    });

    test("a lesson is called off in the name of the marketplace, and the student reads why", async ({ browser, page }) => {
      const visitor = await browser.newContext({ javaScriptEnabled });
      const student = await visitor.newPage();
      await signUp(student);
      await student.goto(await freeTime(student, await teacherOf(student, "chess"), javaScriptEnabled ? 0 : 2));
      await student.getByRole("button", { name: /^Reserve lesson/ }).click();
      await expect(student).toHaveURL(/new=1$/);
      const number = /\d+/.exec(new URL(student.url()).pathname)?.[0] ?? "none";

      await signIn(page, "admin", `/admin/bookings/${number}`);
      await page.getByRole("link", { name: "Cancel lesson" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Cancel this lesson?");
      await page.getByRole("button", { name: "Cancel lesson" }).click();
      await expect(page).toHaveTitle(/^Error: /);
      await page.getByLabel("Why?").fill("The studio is flooded");
      await page.getByRole("button", { name: "Cancel lesson" }).click();
      await expect(page.getByRole("status").first()).toContainText("The lesson is cancelled.");
      await expect(page.getByRole("main")).toContainText("By the marketplace");

      await student.reload();
      await expect(student.getByRole("main")).toContainText("InstaInstru: The studio is flooded");
      await visitor.close();
    });

    test("a word gets a meaning and loses it again", async ({ page }) => {
      const word = `clavier ${javaScriptEnabled ? "one" : "two"}`;
      await signIn(page, "admin", `/admin/catalogue/words?phrase=${encodeURIComponent(word)}`);
      await page.getByLabel("About").selectOption({ label: "Piano (Music)" });
      await page.getByRole("button", { name: "Add word" }).click();
      await expect(page.getByRole("status").first()).toContainText(`${word}\u201d is added`);
      await page.goto(`/admin/catalogue/words?q=${encodeURIComponent(word)}`);
      await expect(page.getByRole("listitem").filter({ hasText: word })).toContainText("means exactly Piano");
      await page.getByRole("button", { name: new RegExp(`^Remove.*${word}$`) }).click();
      await expect(page.getByRole("status").first()).toContainText("The word is taken away.");
    });
  });
}

test("a job is asked for and runs within seconds", async ({ page }) => {
  await signIn(page, "admin", "/admin/jobs");
  await page.locator(".admin-item h2 a").first().click();
  await page.getByRole("button", { name: /^Run now/ }).click();
  await expect(page.getByRole("status")).toContainText("was asked for");
});
