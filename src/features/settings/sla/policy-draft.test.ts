import { describe, expect, it } from "vitest";
import { readTargets, targetKey, writeTargets } from "./policy-draft";

describe("targets of a form", () => {
  it("come back as they went, empty ones left out", () => {
    const texts = writeTargets({ first_response: 240, escalation: 30 });
    expect(texts).toEqual({ first_response: "240", next_response: "", resolution: "", escalation: "30" });
    expect(readTargets(texts)).toEqual({ first_response: 240, escalation: 30 });
    expect(readTargets({ ...texts, resolution: "soon" })).toBeNull();
  });
});

describe("targetKey", () => {
  it("names whom a stage tells", () => {
    expect(targetKey({ kind: "assignee" })).toBe("assignee");
    expect(targetKey({ kind: "role", role: "manager" })).toBe("role:manager");
    expect(targetKey({ kind: "member", memberId: "m1" })).toBe("member:m1");
  });
});
