import { expect, it } from "vitest";
import { COPY_AGAIN_MS, type CopyForm, copyText, nextForm } from "./copy-number";

it("goes from number to title to link while the key is repeated, and begins anew later", () => {
  const forms: CopyForm[] = [];
  let last: { form: CopyForm; at: number } | null = null;
  for (const at of [0, 500, 1_000, 1_500, 1_500 + COPY_AGAIN_MS + 1]) {
    const form = nextForm(last, at);
    forms.push(form);
    last = { form, at };
  }
  expect(forms).toEqual(["number", "title", "link", "number", "number"]);
});

it("says which conversation it is", () => {
  const thread = { number: 12, subject: "Frage", name: "Max", url: "https://x.example/inbox/t" };
  expect(copyText("number", thread)).toBe("#12");
  expect(copyText("title", thread)).toBe("#12 Frage");
  expect(copyText("title", { ...thread, subject: "" })).toBe("#12 Max");
  expect(copyText("link", thread)).toBe("https://x.example/inbox/t");
});
