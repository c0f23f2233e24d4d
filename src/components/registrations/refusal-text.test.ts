import { describe, expect, it } from "vitest";
import de from "../../locales/de.json";
import en from "../../locales/en.json";
import nl from "../../locales/nl.json";
import { refusalText } from "./refusal-text";

const CODES = [
  "ABUSIVE_CONTENT",
  "INCORRECT_CATEGORY",
  "INVALID_FORMAT",
  "PROMOTIONAL",
  "SCAM",
  "TAG_CONTENT_MISMATCH",
];

// As i18next finds texts, as far as this needs it.
const saying =
  (texts: typeof en) =>
  (key: string): string =>
    key.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], texts) as string;

describe.each([
  ["en", en],
  ["de", de],
  ["nl", nl],
])("why a template was refused, in %s", (_language, texts) => {
  const t = saying(texts as typeof en) as never;

  it("says every known code in words of its own", () => {
    const said = CODES.map((code) => refusalText(code, t));
    expect(new Set(said).size).toBe(CODES.length);
    for (const [index, text] of said.entries()) expect(text).not.toContain(CODES[index]);
    expect(refusalText("scam", t)).toBe(refusalText("SCAM", t));
  });

  it("shows what nobody listed as it is", () => {
    expect(refusalText("Header image missing", t)).toBe("Header image missing");
  });
});
