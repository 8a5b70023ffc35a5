// The site as its visitors know it: addresses, roles, and how to sign in.
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type Page } from "@playwright/test";

export type Role = "visitor" | "student" | "instructor";

export const PASSWORD = "TestPassword123!";
const EMAIL = { student: "student@example.com", instructor: "instructor@example.com" };

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
];

/** Pages for those who are not signed in. */
export const DOORS = ["/login", "/signup"];

/** Pages that explain that something is not there or not allowed. */
export const ERRORS = ["/no-such-page", "/services/no-such-category"];

/** Every component in every state; only development has it. */
export const SHOWCASE = ["/styleguide"];

export function routes(role: Role): string[] {
  return role === "visitor" ? [...PUBLIC, ...DOORS, ...ERRORS, ...SHOWCASE] : [...PUBLIC, ...ERRORS];
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

/** An address that nobody has. */
export function freshEmail(): string {
  return `guest-${Date.now()}-${Math.random().toString(36).slice(2)}@example.com`;
}
