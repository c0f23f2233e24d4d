import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isForward, normaliseSubject, replySubject, stripSubject } from "./subject";

describe("stripSubject", () => {
  it.each([
    ["Re: Segelkurs", "Segelkurs"],
    ["AW: Segelkurs", "Segelkurs"],
    ["AW: AW: RE: Segelkurs", "Segelkurs"],
    ["Antw: Segelkurs", "Segelkurs"],
    ["Antwort: Segelkurs", "Segelkurs"],
    ["RE : Segelkurs", "Segelkurs"],
    ["Réf : Segelkurs", "Segelkurs"],
    ["SV: Segelkurs", "Segelkurs"],
    ["Re[2]: Segelkurs", "Segelkurs"],
    ["Re(3): Segelkurs", "Segelkurs"],
    ["Re^4: Segelkurs", "Segelkurs"],
    ["AW： Segelkurs", "Segelkurs"],
    ["WG: Segelkurs", "Segelkurs"],
    ["Fwd: Re: Segelkurs", "Segelkurs"],
    ["Doorst: Segelkurs", "Segelkurs"],
    ["TR : Segelkurs", "Segelkurs"],
    ["[EXTERN] AW: Segelkurs", "Segelkurs"],
    ["AW: [External] Segelkurs", "Segelkurs"],
    ["re:Segelkurs", "Segelkurs"],
    ["  ", ""],
    ["Re:", ""],
    ["Regatta: Anmeldung", "Regatta: Anmeldung"],
    ["Frage: Re: Segelkurs", "Frage: Re: Segelkurs"],
    ["[Haff] Segelkurs", "[Haff] Segelkurs"],
    ["Wg Anmeldung", "Wg Anmeldung"],
  ])("%j gives %j", (subject, stripped) => expect(stripSubject(subject)).toBe(stripped));
});

describe("isForward", () => {
  it.each([
    ["WG: Segelkurs", true],
    ["Fwd: Segelkurs", true],
    ["FW: AW: Segelkurs", true],
    ["[EXTERN] WG: Segelkurs", true],
    ["Doorgestuurd: Segelkurs", true],
    ["TR: Segelkurs", true],
    ["AW: WG: Segelkurs", false],
    ["Re: Segelkurs", false],
    ["Segelkurs", false],
  ])("%j: %j", (subject, expected) => expect(isForward(subject)).toBe(expected));
});

const marks = fc.array(fc.constantFrom("Re: ", "AW: ", "RE : ", "Antw:", "WG: ", "Fwd: ", "[EXTERN] Re: ", "re[2]: "), {
  maxLength: 6,
});
const plain = fc.constantFrom("Segelkurs", "Frage zum Kurs", "Regatta: Anmeldung 2026", "Größe M");

describe("for any pile of marks", () => {
  it("compares as the bare subject, and answering never stacks", () => {
    fc.assert(
      fc.property(marks, plain, (pile, subject) => {
        const full = pile.join("") + subject;
        expect(normaliseSubject(full)).toBe(normaliseSubject(subject));
        expect(replySubject(full)).toBe(`Re: ${subject}`);
        expect(replySubject(replySubject(full))).toBe(replySubject(full));
      }),
      { seed: 20261120 },
    );
  });
});
