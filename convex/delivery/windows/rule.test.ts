import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { whatsappForm, windowExpiresAt, type ApprovedTemplate, type WhatsAppFacts } from "./rule";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 4, 12, 10);

const template = (language: string, more: Partial<ApprovedTemplate> = {}): ApprovedTemplate => ({
  name: "termin",
  language,
  placeholders: ["firstName", "eventTime"],
  ...more,
});
const facts = (more: Partial<WhatsAppFacts> = {}): WhatsAppFacts => ({
  now: NOW,
  lastInboundAt: null,
  locale: "de-CH",
  templates: [template("de")],
  values: { firstName: "Max", eventTime: "10:00\nUhr" },
  ...more,
});

describe("whatsappForm", () => {
  it("lets text through while the window is open, up to a minute before its end", () => {
    const lastInboundAt = NOW - 24 * HOUR_MS + 60_001;
    expect(whatsappForm(facts({ lastInboundAt }))).toEqual({ kind: "free_text", windowUntil: NOW + 1 });
    expect(whatsappForm(facts({ lastInboundAt: lastInboundAt - 1 })).kind).toBe("template");
    expect(windowExpiresAt(NOW)).toBe(NOW + 24 * HOUR_MS - 60_000);
  });

  it("fills an approved template outside of it, on one line each", () => {
    expect(whatsappForm(facts())).toEqual({
      kind: "template",
      template: { name: "termin", language: "de", bodyValues: ["Max", "10:00 Uhr"] },
    });
    const twilio = template("de", { providerTemplateId: "HX1" });
    expect(whatsappForm(facts({ templates: [twilio] }))).toMatchObject({ template: { providerTemplateId: "HX1" } });
  });

  it.each([
    ["the very language", "de-CH", ["en", "de", "de_CH"], "de_CH"],
    ["the language without region", "de-CH", ["en", "de_DE", "de"], "de"],
    ["another region of it", "de-CH", ["en", "de_AT"], "de_AT"],
    ["any rather than none", "fr", ["en_US", "de"], "en_US"],
  ])("takes %s", (_, locale, languages, expected) => {
    const form = whatsappForm(facts({ locale, templates: languages.map((language) => template(language)) }));
    expect(form).toMatchObject({ kind: "template", template: { language: expected } });
  });

  it("is closed without a template, and says why", () => {
    expect(whatsappForm(facts({ templates: [] }))).toMatchObject({ kind: "closed", reason: "no_approved_template" });
    const yesterday = facts({ templates: [], lastInboundAt: NOW - 25 * HOUR_MS });
    expect(whatsappForm(yesterday)).toMatchObject({ kind: "closed", reason: "window_closed" });
  });

  it("is closed rather than sending a gap", () => {
    const form = whatsappForm(facts({ values: { firstName: "Max", eventTime: "  " } }));
    expect(form).toEqual({ kind: "closed", reason: "missing_value", detail: "no value for {{eventTime}} of termin" });
  });

  it("never lets text through outside the window, nor refuses it inside", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 48 * HOUR_MS }), (agoMs) => {
        const lastInboundAt = agoMs < 0 ? null : NOW - agoMs;
        const isOpen = lastInboundAt !== null && agoMs < 24 * HOUR_MS - 60_000;
        expect(whatsappForm(facts({ lastInboundAt })).kind === "free_text").toBe(isOpen);
      }),
      { seed: 24, numRuns: 500 },
    );
  });
});
