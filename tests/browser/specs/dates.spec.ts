// Times are those of New York wherever the browser is, and right on both sides of a clock change (ui C2).
import { type Browser, expect, type Page, test } from "@playwright/test";
import { freeTime, signUp, teacherOf } from "../support/site";

async function pageIn(browser: Browser, timezoneId: string, baseURL?: string): Promise<Page> {
  return (await browser.newContext({ timezoneId, ...(baseURL ? { baseURL } : {}) })).newPage();
}

test("pages say the same to browsers in Tokyo, Los Angeles and New York", async ({ browser, page }) => {
  const profile = await teacherOf(page, "piano");
  const routes = [await freeTime(page, profile), `${profile}?date=2026-07-21`, "/search?q=piano+next+friday+evening"];
  for (const route of routes) {
    const said = await Promise.all(
      ["Asia/Tokyo", "America/Los_Angeles", "America/New_York"].map(async (zone) => {
        const visit = await pageIn(browser, zone);
        await visit.goto(route);
        const text = await visit.getByRole("main").innerText();
        await visit.context().close();
        return text;
      }),
    );
    expect(new Set(said).size, route).toBe(1);
    expect(said[0]).toMatch(/\d:\d\d (AM|PM)/);
  }
});

test("a lesson before and one after the clocks change are at the time that was chosen", async ({ browser }) => {
  const page = await pageIn(browser, "Asia/Tokyo", process.env.AUTUMN_URL);
  await signUp(page);
  // New York is four hours behind UTC on Saturday and five on Sunday.
  for (const { query, weekday, offset } of [
    { query: "personal training saturday morning", weekday: "Sat, Oct 31", offset: 4 },
    { query: "personal training sunday morning", weekday: "Sun, Nov 1", offset: 5 },
  ]) {
    await page.goto(`/search?q=${encodeURIComponent(query)}`);
    const chip = page.locator(".instructor-card a.time-chip").first();
    const [, hour = "", minute = ""] = /(\d+):(\d\d) AM/.exec(await chip.innerText()) ?? [];
    const utc = `T${String(Number(hour) + offset).padStart(2, "0")}:${minute}:00Z`;
    expect(await chip.innerText()).toContain(weekday);
    await expect(chip.locator("time")).toHaveAttribute("datetime", new RegExp(`${utc}$`));
    await chip.click();
    await page.getByRole("button", { name: /^Reserve lesson/ }).click();
    const when = page.getByRole("definition").first();
    await expect(when).toContainText(`${weekday} · ${hour}:${minute}`);
    await expect(when).toContainText("AM ET");
    await expect(when.locator("time")).toHaveAttribute("datetime", new RegExp(`${utc}$`));
  }
  await page.context().close();
});
