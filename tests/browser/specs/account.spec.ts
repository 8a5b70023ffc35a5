// Somebody's own account and the lesson to take along, with and without scripts (ui A3, C3).
import { expect, test } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { PASSWORD, signIn, signUp } from "../support/site";

const NEW = "Another-Horse-10";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`a new name, a new password and leaving work ${how}`, async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const email = await signUp(page);
    await page.goto("/account");
    await page.getByLabel("Full name").fill("Grace Murray Hopper");
    await page.getByRole("button", { name: "Save name" }).click();
    await expect(page.getByRole("status").first()).toContainText("Your name is changed.");
    await expect(page.getByLabel("Full name")).toHaveValue("Grace Murray Hopper");

    await page.getByRole("link", { name: "Change password" }).click();
    await page.getByLabel("Current password").fill(PASSWORD);
    await page.getByLabel("New password").fill(NEW);
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByRole("status").first()).toContainText("Your password is changed.");

    await page.getByRole("link", { name: "Delete account" }).click();
    await page.getByLabel("Your password, to be sure").fill(NEW);
    await page.getByRole("button", { name: "Delete my account for good" }).click();
    await expect(page.getByRole("status").first()).toContainText("Your account is deleted.");
    await page.goto("/login");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(NEW);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert").first()).toContainText("do not belong together");
    await context.close();
  });

  test(`one press on a lesson takes it along for a calendar ${how}`, async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await signIn(page, "student", "/lessons");
    await page.locator(".lesson-card h3 a").first().click();
    const arriving = page.waitForEvent("download");
    await page.getByRole("link", { name: "Add to calendar" }).click();
    const file = await arriving;
    expect(file.suggestedFilename()).toMatch(/^lesson-\d+\.ics$/);
    const text = await readFile(await file.path(), "utf8");
    expect(text).toContain("METHOD:PUBLISH\r\n");
    expect(text).toContain("STATUS:CONFIRMED\r\n");
    await context.close();
  });
}

test("the paper of a lesson has a button to print only where there is a script to do so", async ({ browser }) => {
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await signIn(page, "student", "/lessons");
    await page.locator(".lesson-card h3 a").first().click();
    await page.getByRole("link", { name: "Print" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByRole("button", { name: "Print" })).toHaveCount(javaScriptEnabled ? 1 : 0);
    await context.close();
  }
});
