import { describe, expect, it } from "vitest";
import { domainOf, readDomain } from "./domains";

describe("domains of organisations", () => {
  it.each([
    ["firma.de", "firma.de"],
    [" @Firma.DE ", "firma.de"],
    ["Anna.Weber@mail.firma.de", "mail.firma.de"],
    ["https://www.firma.de/kontakt?x=1", "firma.de"],
    ["müller-söhne.de", "xn--mller-shne-kcb9d.de"],
  ])("reads %s", (text, domain) => {
    expect(readDomain(text)).toEqual({ ok: true, domain });
  });

  it.each(["", "firma", "firma..de", "-firma.de", "a b.de", "127.0.0.1", `${"x".repeat(64)}.de`, "firma.de:25", "@"])(
    "refuses %s",
    (text) => {
      expect(readDomain(text)).toEqual({ ok: false, problem: "not_a_domain" });
    },
  );

  it("says nothing of addresses that anybody gets", () => {
    expect(readDomain("GMX.de")).toEqual({ ok: false, problem: "free_mail" });
    expect(domainOf("anna@gmail.com")).toBeNull();
    expect(domainOf("firma.de")).toBeNull();
    expect(domainOf("anna@firma.de")).toBe("firma.de");
  });
});
