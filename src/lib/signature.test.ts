import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signatureStart } from "./signature";

describe("signatureStart", () => {
  it.each([
    "Mit freundlichen Grüßen\nErika Muster\nMusterweg 1",
    "Liebe Grüße, Mia",
    "Kind regards,\nJohn",
    "Met vriendelijke groet,\nSanne",
    "Cordialement\nClaire",
    "-- \nJürgen",
  ])("finds %j below what was said", (signature) => {
    const said = "Guten Tag,\n\nwir kommen.\n\n";
    expect(signatureStart(said + signature)).toBe(said.length);
  });

  it.each([
    "Viele Grüße von uns allen, und dann noch eine lange Frage zu Ihrem Kurs im Mai\nGeht das?",
    "Liebe Grüße",
    "Nur Text",
    `Gruß\n${"Zeile\n".repeat(20)}`,
  ])("leaves %j whole", (text) => expect(signatureStart(text)).toBe(text.length));

  it("cuts any text at the beginning of a line", () => {
    const line = fc.oneof(fc.string(), fc.constantFrom("LG", "Viele Grüße", "-- ", ""));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join("\n");
        const start = signatureStart(text);
        expect(start === text.length || text[start - 1] === "\n").toBe(true);
      }),
      { seed: 20261121 },
    );
  });
});
