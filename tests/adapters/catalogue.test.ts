import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../convex/connections/catalogue";
import { PROVIDERS } from "../../convex/connections/providers";
import { openAdapter } from "../../convex/delivery/providers/adapters";
import { WEBHOOKS } from "../../convex/delivery/providers/webhooks";

// What the catalogue promises about a provider and what its adapter does.

describe.each(PROVIDERS)("%s", (provider) => {
  const entry = CATALOGUE[provider];

  it("has an adapter that can be asked for lost answers as the catalogue says", () => {
    const adapter = openAdapter(provider, {
      ctx: { runMutation: () => Promise.reject(new Error("nothing is sent")) },
      settings: {},
      secrets: {},
    });
    expect(adapter.find !== undefined).toBe(entry.canBeAsked === true);
    // Whoever honours our key need not be asked.
    expect(entry.honoursKey && entry.canBeAsked === true).toBe(false);
    adapter.close();
  });

  it("has a webhook as the catalogue says", () => {
    expect(WEBHOOKS[provider] !== undefined).toBe(entry.hasWebhook);
  });

  it("names each field once, and secrets have no fallback", () => {
    const names = entry.fields.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(entry.fields.filter(({ isSecret, fallback }) => isSecret && fallback !== undefined)).toEqual([]);
  });
});
