// The pictures of the README: pages of the demo marketplace as they are.
import { test } from "@playwright/test";
import { contextOf, freeTime, type Role, teacherOf } from "../support/site";

const DESKTOP = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 780 };

const PICTURES: { name: string; role: Role; phone?: boolean; dark?: boolean; route: "profile" | "review" | `/${string}` }[] = [
  { name: "home", role: "student", route: "/" },
  { name: "search", role: "visitor", route: "/search?q=piano under $80 tomorrow" },
  { name: "profile-dark", role: "visitor", dark: true, route: "profile" },
  { name: "phone-review", role: "student", phone: true, route: "review" },
];

for (const { name, role, phone, dark, route } of PICTURES) {
  test(name, async ({ browser }) => {
    const context = await contextOf(browser, role, {
      viewport: phone ? PHONE : DESKTOP,
      colorScheme: dark ? "dark" : "light",
      deviceScaleFactor: phone ? 2 : 1,
    });
    const page = await context.newPage();
    const profile = await teacherOf(page, "piano");
    const review = await freeTime(page, profile);
    await page.goto(route === "profile" ? profile : route === "review" ? review : route);
    await page.screenshot({ path: `${process.env.PICTURES}/${name}.png` });
    await context.close();
  });
}
