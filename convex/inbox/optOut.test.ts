import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideOptOut, readOptWord, type OptWord, ownWordProblem } from "./optOut";

describe("readOptWord", () => {
  it.each<[OptWord | null, string[]]>([
    [
      "stop",
      [
        "STOP",
        "Stopp!",
        " stop. ",
        "„Stopp“",
        "STOP 🛑",
        "abmelden",
        "ABMELDEN bitte",
        "Opt-out",
        "opt out",
        "keine Werbung",
        "Stop das bitte",
        "Arrêt",
        "DÉSABONNER",
        "afmelden",
        "unsubscribe me",
        "ＳＴＯＰ",
        "baja",
        "STOPALL",
        "stop\nall",
        "Uitschrijven!!!",
        "désinscription",
      ],
    ],
    ["stop_or_cancel", ["CANCEL", "end", "annulla", "Alto!"]],
    ["start", ["START", "Anmelden", "unstop", "abonnieren.", "aanmelden"]],
    ["yes", ["Ja", "YES!", "ja 👍"]],
    ["help", ["HELP", "Hilfe!", "info", "aiuto"]],
    ["question", ["absagen", "Kündigen", "löschen", "stornieren", "annuleren"]],
    [
      "revocation",
      [
        "Bitte keine Nachrichten mehr",
        "Ich möchte keine SMS von Ihnen erhalten.",
        "Schicken Sie mir bitte nichts mehr!",
        "Please stop texting me about this",
        "Don't text me again, ever",
        "Please take me off your list",
        "Graag geen berichten meer sturen",
      ],
    ],
    [
      null,
      [
        "Ich komme am Samstag, stopp, doch am Sonntag",
        "Bitte stoppen Sie nicht",
        "Cancel my booking",
        "nonstop",
        "Stop by on Saturday please thanks",
        "Ende gut",
        "",
        "👍",
        "Start um neun?",
        "Ja, gern",
        "Hilfe, wo sind Sie?",
        "Ich habe keine Nachricht bekommen",
        "I got no texts so far",
        "Bitte löschen Sie das Feuer",
        "Info zum Kurs",
      ],
    ],
  ])("reads %s in each of %j", (expected, texts) => {
    for (const text of texts) expect([text, readOptWord(text)]).toEqual([text, expected]);
  });

  const COMMANDS: [OptWord, string[]][] = [
    ["stop", ["stop", "stopp", "abmelden", "arrêt", "afmelden", "unsubscribe", "opt out", "keine sms"]],
    ["start", ["start", "anmelden"]],
    ["help", ["help", "hilfe"]],
    ["question", ["kündigen"]],
  ];
  const decoration = fc.string({
    unit: fc.constantFrom(" ", "!", ".", "?", "\n", "„", "“", '"', "🛑", "…", ","),
    maxLength: 5,
  });

  it.each(COMMANDS)("knows %s however it is typed", (expected, words) => {
    fc.assert(
      fc.property(fc.constantFrom(...words), decoration, decoration, fc.array(fc.boolean()), (word, a, b, upper) => {
        const typed = Array.from(word)
          .map((char, i) => (upper[i] ? char.toLocaleUpperCase("de") : char))
          .join("");
        expect(readOptWord(`${a}${typed}${b}`)).toBe(expected);
        expect(readOptWord(`${a}${typed.normalize("NFD")}${b}`)).toBe(expected);
      }),
    );
  });

  it("takes no sentence for a command: four words and more never end anything by one of them", () => {
    const filler = fc.constantFrom<string[]>("wir", "kommen", "heute", "um", "neun", "zum", "Hafen", "mit", "Kind");
    fc.assert(
      fc.property(
        fc.constantFrom("stop", "abmelden", "cancel", "start", "hilfe"),
        fc.array(filler, { minLength: 3, maxLength: 8 }),
        fc.nat(),
        (word, others, at) => {
          const sentence = others.toSpliced(at % (others.length + 1), 0, word).join(" ");
          expect(readOptWord(sentence)).toBeNull();
        },
      ),
    );
  });
});

describe("decideOptOut", () => {
  it.each([
    ["stop", { hasBooking: true, isUs: false }, { ends: true, asksTeam: false }],
    ["stop_or_cancel", { hasBooking: false, isUs: false }, { ends: true, asksTeam: false }],
    ["stop_or_cancel", { hasBooking: true, isUs: false }, { ends: false, asksTeam: true }],
    ["stop_or_cancel", { hasBooking: true, isUs: true }, { ends: true, asksTeam: true }],
    ["question", { hasBooking: false, isUs: true }, { ends: false, asksTeam: true }],
    ["question", { hasBooking: true, isUs: true }, { ends: true, asksTeam: true }],
    ["revocation", { hasBooking: false, isUs: false }, { ends: false, asksTeam: true }],
  ] as const)("%s with %j: %j", (word, about, expected) => expect(decideOptOut(word, about)).toEqual(expected));
});

describe("an organisation's own stop words", () => {
  it("count as the whole message or the first of three words, whatever their case", () => {
    const own = ["schluss jetzt", "basta"];
    expect(readOptWord("BASTA!", own)).toBe("stop");
    expect(readOptWord("basta danke", own)).toBe("stop");
    expect(readOptWord("Schluss jetzt.", own)).toBe("stop");
    expect(readOptWord("Basta così, wir kommen morgen", own)).toBeNull();
    expect(readOptWord("basta")).toBeNull();
  });

  it("never take the meaning of a word that has one", () => {
    for (const word of ["Ja", "yes", "START", "hilfe", "stornieren", "cancel", "nein", "OK"]) {
      expect(ownWordProblem(word)).toBe("other_meaning");
      expect(readOptWord(word, [word.toLowerCase()])).toBe(
        word === "nein" || word === "OK" ? "stop" : readOptWord(word),
      );
    }
    expect(readOptWord("JA", ["ja"])).toBe("yes");
    expect(ownWordProblem("Stop")).toBe("built_in");
    expect(ownWordProblem("!!!")).toBe("empty");
    expect(ownWordProblem("das ist mir zu viel")).toBe("too_long");
    expect(ownWordProblem("Schluss jetzt")).toBeNull();
  });
});
