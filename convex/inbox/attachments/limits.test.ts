import { expect, it } from "vitest";
import { attachmentProblem, MAX_FILE_BYTES, MAX_FILES } from "./limits";

const file = (changes: Partial<{ name: string; contentType: string; sizeBytes: number }> = {}) => ({
  name: "plan.pdf",
  contentType: "application/pdf",
  sizeBytes: 1_000,
  ...changes,
});

it.each([
  ["a file", [file()], "email", null],
  ["no file on any channel", [], "sms", null],
  ["a file by SMS", [file()], "sms", { kind: "no_files" }],
  ["a program, whatever its case", [file({ name: "Rechnung.pdf.EXE" })], "email", { kind: "program" }],
  ["an empty file", [file({ sizeBytes: 0 })], "email", { kind: "empty" }],
  ["a file at the limit", [file({ sizeBytes: MAX_FILE_BYTES })], "email", null],
  ["one byte more", [file({ sizeBytes: MAX_FILE_BYTES + 1 })], "email", { kind: "too_large", name: "plan.pdf" }],
  ["two files by WhatsApp", [file(), file()], "whatsapp", { kind: "too_many", max: 1 }],
  [
    "a large image by WhatsApp",
    [file({ contentType: "image/png", sizeBytes: 6_000_000 })],
    "whatsapp",
    { kind: "too_large" },
  ],
  ["a large document by WhatsApp", [file({ sizeBytes: 6_000_000 })], "whatsapp", null],
  ["a heap of files", Array.from({ length: MAX_FILES + 1 }, () => file()), "email", { kind: "too_many" }],
] as const)("%s", (_, files, channel, expected) => {
  const found = attachmentProblem(files, channel);
  if (expected === null) expect(found).toBeNull();
  else expect(found).toMatchObject(expected);
});
