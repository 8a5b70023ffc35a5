// The pictures of the README: pages of the demo marketplace as they are.
import { test } from "@playwright/test";
import { contextOf, freeTime, type Role, teacherOf } from "../support/site";

const DESKTOP = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 780 };

type Place = "profile" | "review" | `/${string}`;

const PICTURES: { name: string; role: Role; phone?: boolean; dark?: boolean; place: Place }[] = [
  { name: "home", role: "student", place: "/" },
  { name: "search", role: "visitor", place: "/search?q=piano under $80 tomorrow" },
  { name: "profile-dark", role: "visitor", dark: true, place: "profile" },
  { name: "week", role: "instructor", place: "/teach/availability?week=2026-07-20" },
  { name: "phone-search-dark", role: "visitor", phone: true, dark: true, place: "/search?q=piano under $80 tomorrow" },
  { name: "phone-review", role: "student", phone: true, place: "review" },
  { name: "phone-lessons-dark", role: "student", phone: true, dark: true, place: "/lessons" },
];

for (const { name, role, phone, dark, place } of PICTURES) {
  test(name, async ({ browser }) => {
    const context = await contextOf(browser, role, {
      viewport: phone ? PHONE : DESKTOP,
      colorScheme: dark ? "dark" : "light",
      deviceScaleFactor: phone ? 2 : 1,
    });
    const page = await context.newPage();
    const profile = await teacherOf(page, "piano");
    const review = await freeTime(page, profile);
    const places: Record<string, string> = { profile, review };
    await page.goto(places[place] ?? place, { waitUntil: "networkidle" });
    await page.screenshot({ path: `${process.env.PICTURES}/${name}.png` });
    await context.close();
  });
}
