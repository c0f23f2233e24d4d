import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUSINESS_ENTITIES, CHANNELS, THREAD_TYPES } from "../../lib/closedSets";
import { DAY_MS } from "../../lib/time";
import { TEMPLATE_CATEGORIES, TEMPLATE_CHANNEL_TYPES } from "../../templates/sets";
import { fits, suggested, type OfferedText, type Situation } from "./suggest";

const NOW = Date.UTC(2026, 4, 12, 10);
const HERE: Situation = {
  channel: "email",
  threadType: "complaint",
  orderStates: [],
  locale: "de-DE",
  brand: "laderthuis",
  now: NOW,
};
const text = (name: string, more: Partial<OfferedText> = {}): OfferedText => ({
  name,
  category: "customer_service",
  channelType: "any",
  businessEntity: "all",
  locale: "de",
  isActive: true,
  usageCount: 0,
  threadTypes: [],
  orderStates: [],
  ...more,
});
const order = (texts: readonly OfferedText[], here = HERE) => suggested(texts, here).map(({ name }) => name);

describe("suggested texts", () => {
  it("put what was made for such conversations first, then the person's language, channel, brand and habit", () => {
    const texts = [
      text("english", { locale: "en" }),
      text("plain"),
      text("recent", { lastUsedAt: NOW - DAY_MS }),
      text("mail", { channelType: "email_outlook", lastUsedAt: NOW - DAY_MS }),
      text("complaints", { threadTypes: ["complaint"], locale: "en" }),
      text("sales only", { threadTypes: ["sales_inquiry"] }),
    ];
    expect(order(texts)).toEqual(["mail", "recent", "complaints", "plain", "english", "sales only"]);
  });

  it("put what was made for the state of the order first, and what was made for another one last", () => {
    const texts = [
      text("plain"),
      text("complaints", { threadTypes: ["complaint"] }),
      text("shipped", { orderStates: ["Shipped"] }),
      text("cancelled", { orderStates: ["cancelled"] }),
    ];
    expect(order(texts, { ...HERE, orderStates: ["new", "shipped "] })).toEqual([
      "shipped",
      "complaints",
      "plain",
      "cancelled",
    ]);
    expect(order(texts)).toEqual(["complaints", "plain", "cancelled", "shipped"]);
  });

  it.each([
    ["another brand's", { businessEntity: "ratioshop" }],
    ["another channel's", { channelType: "sms" }],
    ["one kept back", { isActive: false }],
    ["an automatic answer", { category: "auto_response" }],
  ] as const)("leave out %s", (_, more) => expect(order([text("x", more)])).toEqual([]));

  it("offer the team's own texts for notes", () => {
    const note = text("n", { channelType: "internal_comment", category: "internal_notification" });
    expect(order([note], { ...HERE, channel: "note" })).toEqual(["n"]);
    expect(order([note])).toEqual([]);
  });

  it("of equals, put the one used last first, then the one used more often, then by name", () => {
    const old = NOW - 30 * DAY_MS;
    const texts = [text("b"), text("a"), text("often", { usageCount: 9 }), text("once", { lastUsedAt: old })];
    expect(order(texts)).toEqual(["once", "often", "a", "b"]);
  });

  it("are all that fit, each once, whatever order they come in", () => {
    const anyText = fc.record({
      name: fc.string({ minLength: 1, maxLength: 4 }),
      category: fc.constantFrom(...TEMPLATE_CATEGORIES),
      channelType: fc.constantFrom(...TEMPLATE_CHANNEL_TYPES),
      businessEntity: fc.constantFrom(...BUSINESS_ENTITIES),
      locale: fc.constantFrom("de", "en-GB", "nl"),
      isActive: fc.boolean(),
      usageCount: fc.nat(5),
      lastUsedAt: fc.option(fc.integer({ min: NOW - 20 * DAY_MS, max: NOW }), { nil: undefined }),
      threadTypes: fc.subarray([...THREAD_TYPES]),
      orderStates: fc.subarray(["new", "shipped"]),
    });
    const anywhere = fc.record({
      channel: fc.constantFrom(...CHANNELS, "note" as const),
      threadType: fc.constantFrom(...THREAD_TYPES),
      orderStates: fc.subarray(["new", "Shipped"]),
      locale: fc.constantFrom("de-DE", "en", "nl-NL"),
      brand: fc.constantFrom(...BUSINESS_ENTITIES),
      now: fc.constant(NOW),
    });
    fc.assert(
      fc.property(fc.uniqueArray(anyText, { selector: ({ name }) => name }), anywhere, (texts, here) => {
        const names = order(texts, here);
        expect(new Set(names)).toEqual(new Set(texts.filter((each) => fits(each, here)).map(({ name }) => name)));
        expect(order(texts.toReversed(), here)).toEqual(names);
      }),
      { seed: 35, numRuns: 300 },
    );
  });
});
