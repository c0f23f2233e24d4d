import type { Locator, Page } from "playwright-core";
import type { Field, PlannedStep } from "./sailing-school.ts";

/** Makes an empty journey and opens its canvas. */
export async function beginByMouse(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New sequence" }).click();
  await page.getByRole("button", { name: "Empty sequence" }).click();
  const naming = page.getByRole("dialog", { name: "Empty sequence" });
  await naming.getByLabel("Name").fill(name);
  await naming.getByRole("button", { name: "Create" }).click();
  await naming.waitFor({ state: "detached" });
}

/** Puts the steps on the open canvas, with pointer and typed texts. */
export async function buildByMouse(page: Page, steps: readonly PlannedStep[]): Promise<void> {
  for (const { after, kind, name, fields } of steps) {
    await page.getByRole("button", { name: `Add a step after “${after}”` }).click();
    await page.getByRole("menuitem", { name: kind, exact: true }).click();
    const form = page.getByRole("region", { name: kind, exact: true });
    await form.getByLabel("Name", { exact: true }).first().fill(name);
    await page.getByTestId("step").filter({ hasText: name }).waitFor();
    for (const field of fields) await setField(page, form, field);
  }
  // Leaving a field hands on what was typed.
  await page.getByRole("button", { name: "Close", exact: true }).click();
}

async function setField(page: Page, form: Locator, field: Field): Promise<void> {
  const { label } = field;
  if ("press" in field) await form.getByRole("button", { name: label, exact: true }).click();
  else if ("tick" in field) await form.getByText(label, { exact: true }).click();
  // The name of a way comes after the name of its step.
  else if ("type" in field) await form.getByLabel(label, { exact: true }).last().fill(field.type);
  else {
    // Its name is what is chosen, then what it is about.
    await form.getByRole("button", { name: new RegExp(` ${label}$`) }).click();
    await page.getByRole("option", { name: field.choose, exact: true }).click();
    await page.getByRole("listbox").waitFor({ state: "detached" });
  }
}
