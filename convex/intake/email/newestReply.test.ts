import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newestReply } from "./newestReply";

const ANSWER = "Ja, gerne.\n\nBis Samstag!";

describe("newestReply cuts what was quoted below", () => {
  it.each([
    [
      "Gmail, German, wrapped",
      "Am Do., 19. Nov. 2026 um 08:00 Uhr schrieb Segelschule am Haff <\ninfo@haff.example>:\n\n> Alt",
    ],
    ["Apple Mail, German", "Am 19.11.2026 um 08:00 schrieb Segelschule <info@haff.example>:\n\n> Alt"],
    ["Thunderbird, German, no address", "Am 19.11.26 um 08:00 schrieb Segelschule am Haff:\n> Alt"],
    [
      "Outlook, German block",
      "Von: Segelschule\nGesendet: Donnerstag, 19. November 2026 08:00\nAn: Erika\nBetreff: Kurs\n\nAlt",
    ],
    ["Outlook, bold block", "*Von:* Segelschule\n*Gesendet:* Donnerstag\n*An:* Erika\n*Betreff:* Kurs\n\nAlt"],
    [
      "Outlook, line above the block",
      "________________________________\nVon: Segelschule <info@haff.example>\nGesendet: Do\nAn: Erika\nBetreff: Kurs\n\nAlt",
    ],
    ["Outlook, older German", "-----Ursprüngliche Nachricht-----\nVon: Segelschule\nGesendet: Do\n\nAlt"],
    ["Gmail, Dutch", "Op do 19 nov 2026 om 08:00 schreef Zeilschool <info@haff.example>:\n\n> Alt"],
    [
      "Outlook, Dutch block",
      "Van: Zeilschool\nVerzonden: donderdag 19 november 2026 08:00\nAan: Erika\nOnderwerp: Cursus\n\nAlt",
    ],
    ["Dutch separator", "-----Oorspronkelijk bericht-----\nVan: Zeilschool\n\nAlt"],
    ["Gmail, French", "Le jeu. 19 nov. 2026 à 08:00, École de voile <info@haff.example> a écrit :\n\n> Alt"],
    [
      "Outlook, French block",
      "De : École de voile\nEnvoyé : jeudi 19 novembre 2026 08:00\nÀ : Erika\nObjet : Cours\n\nAlt",
    ],
    ["Gmail, English", "On Thu, Nov 19, 2026 at 8:00 AM School <info@haff.example> wrote:\n\n> Alt"],
    [
      "Outlook, English block",
      "From: School\nSent: Thursday, November 19, 2026 8:00 AM\nTo: Erika\nSubject: Course\n\nAlt",
    ],
    ["name first", "Segelschule am Haff <info@haff.example> schrieb am Do., 19. Nov. 2026, 08:00:\n\n> Alt"],
  ])("%s", (_, quotation) => {
    const { text, quoted } = newestReply(`${ANSWER}\n\n${quotation}\n`);
    expect(text).toBe(ANSWER);
    expect(quoted).toContain("Alt");
  });

  it("takes the phone's signature away, and keeps it below", () => {
    expect(newestReply("Danke!\n\nVon meinem iPhone gesendet")).toEqual({
      text: "Danke!",
      quoted: "Von meinem iPhone gesendet",
    });
  });
});

describe("newestReply loses nothing", () => {
  it("when the answer stands below the quotation", () => {
    const body = "Am 19.11.2026 um 08:00 schrieb Segelschule <info@haff.example>:\n> Passt Samstag?\n\nJa, passt.";
    expect(newestReply(body).text).toContain("Ja, passt.");
  });
  it("when the answer stands between the quoted lines", () => {
    const body =
      "Am 19.11.2026 um 08:00 schrieb Segelschule <info@haff.example>:\n> Passt Samstag?\nJa.\n> Und Größe?\nM.";
    expect(newestReply(body).text).toContain("Ja.");
    expect(newestReply(body).text).toContain("M.");
  });
  it("when everything is quotation", () => {
    expect(newestReply("> Alt\n> Noch älter").text).toBe("> Alt\n> Noch älter");
  });
  it.each([
    "Am Samstag komme ich später.",
    "Von: zehn bis zwölf passt es mir.",
    "Le bateau est beau.",
    "Op tijd zijn is fijn:",
  ])("in prose that begins like a quotation: %s", (body) => expect(newestReply(body)).toEqual({ text: body }));

  it("for any text: every word is in one of the two parts", () => {
    const line = fc.constantFrom(
      "Hallo",
      "",
      "> zitiert",
      "Von: A",
      "Gesendet: B",
      "An: C",
      "Am 1.1. schrieb X:",
      "--",
      "Ende",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
        const body = lines.join("\n");
        const { text, quoted = "" } = newestReply(body);
        const words = (value: string) => value.split(/\s+/).filter((word) => word !== "");
        const kept = new Set([...words(text), ...words(quoted)]);
        for (const word of words(body)) expect(kept).toContain(word);
      }),
      { seed: 20261120, numRuns: 500 },
    );
  });

  it("stays fast on long runs of blank lines", () => {
    expect(newestReply(`Hallo${"\n".repeat(200_000)}Ende`)).toEqual({ text: "Hallo\n\nEnde" });
  });
});
