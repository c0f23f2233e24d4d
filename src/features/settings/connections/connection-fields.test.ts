import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../../convex/connections/catalogue";
import { PROVIDERS } from "../../../../convex/connections/providers";
import en from "../../../locales/en.json";

// The other languages have the same keys: locales.test.ts.
describe("the account form", () => {
  it("has a word for every provider and every field of every provider", () => {
    const words = new Set(Object.keys(en.connectionFields));
    const fields = PROVIDERS.flatMap((provider) => CATALOGUE[provider].fields.map(({ name }) => name));
    expect(fields.filter((name) => !words.has(name))).toEqual([]);
    expect(PROVIDERS.filter((provider) => !Object.hasOwn(en.providers, provider))).toEqual([]);
  });
});
