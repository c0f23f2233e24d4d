import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areChannelsFit, callerOf, originOf, readSubmission, redirectProblem } from "./rules";

describe("pages a form may stand on", () => {
  it("are origins with https, or on this machine", () => {
    expect(originOf(" https://WWW.Haff.example/kurse?x=1 ")).toBe("https://www.haff.example");
    expect(originOf("https://haff.example:8443")).toBe("https://haff.example:8443");
    expect(originOf("http://127.0.0.1:8080/x")).toBe("http://127.0.0.1:8080");
    for (const wrong of ["http://haff.example", "haff.example", "javascript:alert(1)", "data:text/html,x", "*", ""]) {
      expect(originOf(wrong), wrong).toBeNull();
    }
  });

  it("are the only ones it may send people to", () => {
    const origins = ["https://www.haff.example"];
    expect(redirectProblem("https://www.haff.example/danke", origins)).toBeNull();
    expect(redirectProblem("https://www.haff.example.evil.example/", origins)).toBe("elsewhere");
    expect(redirectProblem("https://www.haff.example@evil.example/", origins)).toBe("elsewhere");
    expect(redirectProblem("//www.haff.example/danke", origins)).toBe("not_an_address");
    expect(redirectProblem("javascript:alert(1)", origins)).toBe("not_an_address");
  });
});

describe("a filled form", () => {
  const filled = { email: " anna@example.org ", consent: "yes" };

  it("is read from fields and from JSON alike", () => {
    const submission = { name: undefined, email: "anna@example.org", phone: undefined, wording: 3 };
    expect(readSubmission({ ...filled, wording: "3", utm: "x" })).toEqual({ kind: "filled", submission });
    expect(readSubmission({ ...filled, consent: true, wording: 3, website: "" })).toEqual({
      kind: "filled",
      submission,
    });
  });

  it("names the field that is wrong", () => {
    const fieldOf = (fields: Record<string, unknown>) => {
      const read = readSubmission(fields);
      return read.kind === "invalid" ? read.field : read.kind;
    };
    expect(fieldOf({ email: "anna@example.org" })).toBe("consent");
    expect(fieldOf({ ...filled, consent: "no" })).toBe("consent");
    expect(fieldOf({ ...filled, consent: 1 })).toBe("consent");
    expect(fieldOf({ ...filled, email: ["a@example.org"] })).toBe("email");
    expect(fieldOf({ ...filled, name: "x".repeat(321) })).toBe("name");
    for (const wording of ["0", "-1", "1.5", "x", {}, 1e9 + 0.5])
      expect(fieldOf({ ...filled, wording })).toBe("wording");
  });

  it("with something in the trap is a machine's, whatever else it says", () => {
    expect(readSubmission({ website: "https://buy.example" })).toEqual({ kind: "trapped" });
  });

  it("is never more than what is asked, whatever comes", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (fields) => {
        const read = readSubmission({ ...fields });
        expect(["filled", "trapped", "invalid"]).toContain(read.kind);
        if (read.kind === "filled") expect(fields.consent).toBeDefined();
      }),
    );
  });
});

describe("channels of a form", () => {
  it("bring at most one question to a number", () => {
    expect(areChannelsFit(["email", "sms"])).toBe(true);
    expect(areChannelsFit(["whatsapp"])).toBe(true);
    expect(areChannelsFit([])).toBe(false);
    expect(areChannelsFit(["sms", "whatsapp"])).toBe(false);
  });
});

describe("whom a limit counts", () => {
  it("is an IPv4 address however it is written, or a network of IPv6", () => {
    expect(callerOf("203.0.113.7")).toBe("203.0.113.7");
    expect(callerOf("::ffff:203.0.113.7")).toBe("203.0.113.7");
    const network = callerOf("2001:db8:0:1:aaaa::1");
    expect(callerOf("2001:DB8:0:1::2")).toBe(network);
    expect(callerOf("2001:0db8:0000:0001:1:2:3:4")).toBe(network);
    expect(callerOf("2001:db8:0:2::1")).not.toBe(network);
    expect(callerOf("::1")).toBe("0:0:0:0::/64");
    expect(callerOf(undefined)).toBe("unknown");
  });
});
