// A lesson on paper (ui C12).
import { expect, test } from "@playwright/test";
import { signIn } from "../support/site";

test("a lesson prints on one page without navigation and buttons", async ({ page }) => {
  await signIn(page, "student", "/lessons");
  await page.locator(".lesson-card h3 a").first().click();
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText("Reference")).toBeVisible();
  await expect(page.getByRole("banner")).toBeHidden();
  await expect(page.getByRole("contentinfo")).toBeHidden();
  await expect(page.getByRole("main").getByRole("link")).toHaveCount(0);
  for (const format of ["A4", "Letter"]) {
    const pdf = (await page.pdf({ format })).toString("latin1");
    expect(pdf.match(/\/Type\s*\/Page\b/g), format).toHaveLength(1);
  }
  // Dark ink on white paper, whatever the screen shows.
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const ink = await page.locator("body").evaluate((body) => getComputedStyle(body).color);
  const shade = Math.max(...(ink.match(/\d+/g) ?? []).slice(0, 3).map(Number));
  expect(shade, ink).toBeLessThan(80);
});
