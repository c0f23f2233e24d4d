import type { Page } from "playwright-core";
import type { Product, TestWorkspace } from "./product.ts";

/** Signs in through the form, as a person would, and waits for the shell. */
export async function signIn(page: Page, product: Product, member: TestWorkspace["members"][number]): Promise<void> {
  await page.goto(product.url);
  await page.getByLabel("E-mail").fill(member.email);
  await page.getByLabel("Password").fill(member.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("navigation").first().waitFor();
}
