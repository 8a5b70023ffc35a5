// Coming and going, with scripts and without (ui A3, C8, C9).
import { expect, test } from "@playwright/test";
import { freshEmail, PASSWORD, signIn } from "../support/site";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("somebody new signs up, leaves and comes back", async ({ page }) => {
      const email = freshEmail();
      await page.goto("/signup");
      await page.getByLabel("Name").fill("Ada Lovelace");
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password").fill(PASSWORD);
      await page.locator("form[action='/signup'] button[type=submit]").click();
      await expect(page).toHaveURL(/\/$/);
      await page.locator("form[action='/logout'] button").first().evaluate((button: HTMLButtonElement) => button.form?.submit());
      await expect(page.getByRole("link", { name: "Sign in" }).first()).toBeAttached();
      await page.goto("/login");
      await page.getByLabel("Email").fill(email.toUpperCase());
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.locator("form[action='/logout']").first()).toBeAttached();
    });

    test("a wrong password keeps the address and says nothing about the account", async ({ page }) => {
      const said: string[] = [];
      for (const email of ["student@example.com", freshEmail()]) {
        await page.goto("/login");
        await page.getByLabel("Email").fill(email);
        await page.getByLabel("Password").fill("WrongPassword1");
        await page.getByRole("button", { name: "Sign in" }).click();
        await expect(page).toHaveTitle(/^Error: /);
        await expect(page.getByLabel("Email")).toHaveValue(email);
        await expect(page.getByLabel("Password")).toHaveValue("");
        said.push(await page.locator("[role=alert]").first().innerText());
      }
      expect(said[0]).toBe(said[1]);
    });
  });
}

test("signing in leads to where one wanted to go, but never off the site", async ({ page }) => {
  await signIn(page, "student", "/services/music");
  await expect(page).toHaveURL(/\/services\/music$/);
  for (const next of ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]) {
    await page.context().clearCookies();
    await signIn(page, "student", next);
    expect(new URL(page.url()).pathname, next).toBe("/");
  }
});

test("the session cookie is out of reach of scripts", async ({ page, context }) => {
  await signIn(page, "student");
  expect(await page.evaluate(() => document.cookie)).not.toMatch(/session/i);
  const cookies = await context.cookies();
  const session = cookies.find(({ name }) => /session/i.test(name));
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });
});
