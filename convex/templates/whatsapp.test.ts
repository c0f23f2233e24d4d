import { describe, expect, it } from "vitest";
import { NO_PARTS, numberedBody, samplesOf, whatsappProblem } from "./whatsapp";

const withParts = (parts: Partial<typeof NO_PARTS>) => ({
  body: "Guten Tag {{name}}, bis morgen.",
  whatsapp: { ...NO_PARTS, ...parts },
});

describe("what WhatsApp takes", () => {
  it.each([
    [{ body: "Guten Tag {{name}}, bis morgen." }, null],
    [{ body: "{{name}}, bis morgen." }, "variable_at_edge"],
    [{ body: "Bis morgen, {{ name }}" }, "variable_at_edge"],
    [{ body: "Am {{date}} {{time}} Uhr." }, "variables_together"],
    [{ body: "a".repeat(1025) }, "too_long"],
    [{ body: "a".repeat(1025), shortBody: "kurz" }, null],
    [withParts({ header: "a".repeat(61) }), "too_long"],
    [withParts({ header: "Hallo {{name}}" }), "no_variables_here"],
    [withParts({ footer: "{{name}}" }), "no_variables_here"],
    [withParts({ buttons: [{ kind: "reply", text: " ", value: "" }] }), "button_empty"],
    [withParts({ buttons: [{ kind: "url", text: "Mehr", value: "http://a.example" }] }), "button_address"],
    [withParts({ buttons: [{ kind: "phone", text: "Anruf", value: "+4930123456" }] }), null],
    [withParts({ buttons: Array(2).fill({ kind: "phone", text: "A", value: "+4930123456" }) }), "too_many_buttons"],
  ])("says of %j: %s", (text, code) => {
    expect(whatsappProblem(text)?.code ?? null).toBe(code);
  });

  it("is numbered in the order of first appearance", () => {
    expect(numberedBody("{{b}} und {{a}}, {{ b }}")).toEqual({
      body: "{{1}} und {{2}}, {{1}}",
      placeholders: ["b", "a"],
    });
  });

  it("shows a sample, else the fallback, for each", () => {
    const variables = [{ name: "b", fallback: "Gast" }];
    expect(samplesOf(["a", "b", "c"], { a: "Eva" }, variables)).toEqual([
      { name: "a", sample: "Eva" },
      { name: "b", sample: "Gast" },
      { name: "c", sample: "" },
    ]);
  });
});
