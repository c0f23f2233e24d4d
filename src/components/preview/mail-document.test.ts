import { expect, test } from "vitest";
import { mailDocument } from "./mail-document";

const HTML =
  "<html><head><style>@media (prefers-color-scheme: dark) {.a{color:#fff}}</style></head><body>Hallo ⟦name⟧</body></html>";

test("shows a mail's own dark colours only where they are asked for", () => {
  expect(mailDocument(HTML, "dark")).toContain("@media all {.a");
  expect(mailDocument(HTML, "light")).toContain("@media not all {.a");
  expect(mailDocument(HTML, "inverted")).toContain("@media not all {.a");
});

test("inverts by force, marks what is missing, lets nothing run", () => {
  expect(mailDocument(HTML, "inverted")).toContain("invert(1)");
  expect(mailDocument(HTML, "light")).not.toContain("invert(1)");
  expect(mailDocument(HTML, "light")).toMatch(/Hallo <mark style="[^"]+">name<\/mark>/);
  expect(mailDocument(HTML, "light")).toContain("<head><meta http-equiv");
});
