import { describe, expect, it } from "vitest";
import { smsLength } from "./sms-length";

describe("smsLength", () => {
  it("counts 160 plain characters as one SMS and 161 as two", () => {
    expect(smsLength("a".repeat(160)).segments).toBe(1);
    expect(smsLength("a".repeat(161)).segments).toBe(2);
  });

  it("counts umlauts as plain and the euro sign twice", () => {
    expect(smsLength("ü".repeat(160)).segments).toBe(1);
    expect(smsLength("€".repeat(81)).segments).toBe(2);
  });

  it("falls to 70 as soon as one character needs Unicode", () => {
    expect(smsLength(`${"a".repeat(69)}я`).segments).toBe(1);
    expect(smsLength(`${"a".repeat(70)}я`).segments).toBe(2);
  });

  it("costs nothing when empty", () => {
    expect(smsLength("")).toEqual({ characters: 0, segments: 0 });
  });
});
