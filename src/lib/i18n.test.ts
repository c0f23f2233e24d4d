import { describe, expect, it } from "vitest";
import { browserLanguage } from "./i18n";

describe("browserLanguage", () => {
  it("takes the first language of the browser that we speak", () => {
    expect(browserLanguage(["fr-FR", "nl-BE", "de"])).toBe("nl");
    expect(browserLanguage(["de-AT"])).toBe("de");
  });

  it("falls back to English", () => {
    expect(browserLanguage(["fr", "it"])).toBe("en");
    expect(browserLanguage([])).toBe("en");
  });
});
