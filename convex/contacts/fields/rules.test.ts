import { describe, expect, it } from "vitest";
import { keyOf, readTags, readValue } from "./rules";

const of = (kind: "text" | "number" | "boolean" | "date" | "choice", options: string[] = []) => ({ kind, options });

describe("values of attributes", () => {
  it("reads what fits", () => {
    expect(readValue(of("text"), " Jolle ")).toEqual({ ok: true, value: "Jolle" });
    expect(readValue(of("number"), "1,5")).toEqual({ ok: true, value: 1.5 });
    expect(readValue(of("boolean"), "true")).toEqual({ ok: true, value: true });
    expect(readValue(of("date"), "2028-02-29")).toEqual({ ok: true, value: "2028-02-29" });
    expect(readValue(of("choice", ["S", "M"]), "M")).toEqual({ ok: true, value: "M" });
    expect(readValue(null, 7)).toEqual({ ok: true, value: 7 });
  });

  it("says what does not", () => {
    expect(readValue(of("number"), "1.234,5")).toEqual({ ok: false, problem: "not_a_number" });
    expect(readValue(of("number"), "")).toEqual({ ok: false, problem: "not_a_number" });
    expect(readValue(of("boolean"), "maybe")).toEqual({ ok: false, problem: "not_yes_or_no" });
    expect(readValue(of("date"), "2026-02-29")).toEqual({ ok: false, problem: "not_a_date" });
    expect(readValue(of("date"), "12.05.2026")).toEqual({ ok: false, problem: "not_a_date" });
    expect(readValue(of("choice", ["S"]), "XL")).toEqual({ ok: false, problem: "not_an_option" });
    expect(readValue(of("text"), "x".repeat(501))).toEqual({ ok: false, problem: "too_long" });
  });
});

describe("tags and keys", () => {
  it("keeps each tag once", () => {
    expect(readTags([" VIP ", "vip", "", "Stamm  gast"])).toEqual(["Stamm gast", "VIP"]);
    expect(readTags(["x".repeat(61)])).toBeNull();
    expect(readTags(Array.from({ length: 51 }, (_, each) => `t${each}`))).toBeNull();
  });

  it("makes keys of names", () => {
    expect(keyOf("Größe (cm)")).toBe("groesse_cm");
    expect(keyOf("Élan")).toBe("elan");
    expect(keyOf("???")).toBe("");
  });
});
