// The site as its visitors know it: addresses, roles, and how to sign in.
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type Locator, type Page } from "@playwright/test";

export type Role = "visitor" | "student" | "instructor" | "admin";

export const PASSWORD = "TestPassword123!";
const EMAIL = {
  student: "student@example.com",
  instructor: "instructor@example.com",
  // A demo student, whom `cargo xtask browser` makes an administrator.
  admin: "bridget.okonkwo@example.com",
};

/** Pages that anybody may open. */
export const PUBLIC = [
  "/",
  "/services",
  "/services/music",
  "/how-it-works",
  "/trust",
  "/cancellation",
  "/help",
  "/contact",
  "/about",
  "/terms",
  "/privacy",
  "/accessibility",
  "/areas",
  "/become-instructor",
];

/** Pages of instructors. */
export const TEACH = [
  "/teach",
  "/teach/bookings",
  "/teach/bookings?tab=waiting",
  "/teach/bookings?tab=past",
  "/teach/availability",
  "/teach/availability?week=2026-07-20",
  "/teach/availability/repeat?week=2026-07-13&weeks=8",
  "/teach/time-off",
  "/teach/profile",
  "/teach/services",
  "/teach/services/new?service=guitar",
  "/teach/stats",
  "/teach/stats?weeks=52",
];

/** Pages of administrators. */
export const ADMIN = [
  "/admin",
  "/admin/instructors",
  "/admin/instructors?q=nobody-has-this-name",
  "/admin/users?q=a&page=2",
  "/admin/bookings",
  "/admin/bookings?status=cancelled&from=2026-07-01",
  "/admin/bookings?person=nobody",
  "/admin/analytics",
  "/admin/analytics?days=365",
  "/admin/catalogue",
  "/admin/catalogue?category=1",
  "/admin/catalogue/words",
  "/admin/search?days=30",
  "/admin/outbox",
  "/admin/outbox?state=delivered",
  "/admin/jobs",
  "/admin/alerts",
  "/admin/limits",
  "/admin/audit",
  "/admin/audit?actor=nobody",
];

/** Pages for those who are not signed in. */
export const DOORS = ["/login", "/signup", "/forgot-password"];

/** Pages of everybody who is signed in. */
export const OWN = ["/account", "/account/password", "/account/delete"];

/** Pages that explain that something is not there or not allowed. */
export const ERRORS = ["/no-such-page", "/services/no-such-category", "/reset-password?token=of-nobody"];

/** Every component in every state; only development has it. */
export const SHOWCASE = ["/styleguide"];

export function routes(role: Role): string[] {
  if (role === "visitor") return [...PUBLIC, ...DOORS, ...ERRORS, ...SHOWCASE];
  if (role === "admin") return [...ADMIN, ...OWN];
  return [...PUBLIC, ...OWN, ...(role === "instructor" ? TEACH : []), ...ERRORS];
}

/** Pages whose addresses depend on what is in the database, such as those of one instructor and one lesson. */
export async function found(page: Page, role: Role): Promise<string[]> {
  if (role === "admin") return administered(page);
  const profile = await teacherOf(page, "piano");
  const pages = ["/search?q=piano", "/search?q=zzzz", "/search?q=piano+or+drums+under+%2420", profile, await freeTime(page, profile)];
  if (role === "instructor") {
    await page.goto("/teach/bookings");
    const taught = (await page.locator(".lesson-card h3 a").first().getAttribute("href")) ?? "";
    return [...pages, taught, `${taught}/cancel`];
  }
  if (role !== "student") return pages;
  await page.goto("/lessons");
  const lesson = (await page.locator(".lesson-card h3 a").first().getAttribute("href")) ?? "";
  const tabs = ["/lessons", "/lessons?tab=past", "/lessons?tab=cancelled"];
  return [...pages, ...tabs, lesson, `${lesson}?new=1`, `${lesson}/print`, `${lesson}/cancel`, `${lesson}/reschedule`, `${lesson}/rebook`];
}

/** Pages of administrators about one thing. */
async function administered(page: Page): Promise<string[]> {
  const first = async (list: string, link: string) => {
    await page.goto(list);
    return (await page.locator(link).first().getAttribute("href")) ?? "";
  };
  const account = await first("/admin/instructors", ".admin-item h2 a");
  const service = await first("/admin/catalogue?q=piano", ".admin-item h2 a");
  const job = await first("/admin/jobs", ".admin-item h2 a");
  const booking = await first("/admin/bookings?status=completed", ".admin-item h2 a");
  const ahead = await first("/admin/bookings?status=confirmed", ".admin-item h2 a");
  return [account, `${account}/switch-off`, service, job, booking, `${ahead}/cancel`];
}

export async function signIn(page: Page, role: Exclude<Role, "visitor">, next = ""): Promise<void> {
  await page.goto("/login" + (next && `?next=${encodeURIComponent(next)}`));
  await page.getByLabel("Email").fill(EMAIL[role]);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "Sign out" }).first()).toBeAttached();
}

/** A browser of somebody with this role. */
export async function contextOf(
  browser: Browser,
  role: Role,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  if (role !== "visitor") {
    const page = await context.newPage();
    await signIn(page, role);
    await page.close();
  }
  return context;
}

/** Ends the session of a browser at the server; the browser does not know. */
export async function endSession(context: BrowserContext): Promise<void> {
  const session = (await context.cookies()).find(({ name }) => /session$/.test(name));
  const token = session?.value.split("~").pop();
  const headers = { Authorization: `Bearer ${token}` };
  expect((await context.request.post("/api/v1/auth/logout", { headers })).ok()).toBe(true);
}

/** An address that nobody has. */
export function freshEmail(): string {
  return `guest-${Date.now()}-${Math.random().toString(36).slice(2)}@example.com`;
}

/** Somebody new with an account of the student role, signed in. */
export async function signUp(page: Page, name = "Grace Hopper"): Promise<string> {
  const email = freshEmail();
  await page.goto("/signup");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("form[action='/signup'] button[type=submit]").click();
  await expect(page.getByRole("button", { name: "Sign out" }).first()).toBeAttached();
  return email;
}

/** The profile of the first who teaches this. */
export async function teacherOf(page: Page, service: string): Promise<string> {
  await page.goto(`/search?q=${encodeURIComponent(service)}`);
  return (await page.locator(".instructor-card h3 a").first().getAttribute("href")) ?? "";
}

/** The address of the review of a free time of an instructor: the `nth` time of the fourth day that has any. */
export async function freeTime(page: Page, profile: string, nth = 0): Promise<string> {
  await page.goto(profile);
  const day = page.locator("a.day").nth(3);
  await page.goto((await day.getAttribute("href")) ?? "");
  const chip = page.getByRole("group").locator("button.time-chip").nth(nth);
  const form = page.locator("form#times");
  const fields = new URLSearchParams();
  for (const name of ["service", "date"]) fields.set(name, await form.locator(`input[name=${name}]`).inputValue());
  fields.set("duration", await form.locator("input[name=duration]:checked").inputValue());
  fields.set("time", (await chip.getAttribute("value")) ?? "");
  return `${await form.getAttribute("action")}?${fields}`;
}

/** A hand that counts what it does: one click, one press of Enter, or one field filled is one interaction. */
export class Hand {
  readonly done: string[] = [];

  constructor(readonly page: Page) {}

  async click(what: string, target: Locator): Promise<void> {
    this.done.push(what);
    await target.click();
    await this.page.waitForLoadState();
  }

  async fill(what: string, target: Locator, words: string): Promise<void> {
    this.done.push(what);
    await target.fill(words);
  }

  async enter(target: Locator): Promise<void> {
    this.done.push("Enter");
    await target.press("Enter");
    await this.page.waitForLoadState();
  }

  expectAtMost(most: number): void {
    expect(this.done.length, this.done.join(", ")).toBeLessThanOrEqual(most);
  }
}
