import { describe, expect, it } from "vitest";
import { aliasProblem, senderOf, sendersOf, tidyAliases, type SenderAlias } from "./rules";

const settings = { fromAddress: "Info@Haff.example", fromName: "Segelschule" };
const alias = (address: string, more: Partial<SenderAlias> = {}) => ({ address, name: "", teamIds: [], ...more });
const mail = (senders: SenderAlias[] = []) => ({ channel: "email" as const, settings, senders });

describe("what an account writes from", () => {
  it("is its own address first, then its aliases, all with a name", () => {
    const account = mail([alias("kurse@haff.example", { name: "Kurse" }), alias("boote@haff.example")]);
    expect(sendersOf(account)).toMatchObject([
      { address: "info@haff.example", name: "Segelschule", isOwn: true, teamIds: [] },
      { address: "kurse@haff.example", name: "Kurse", isOwn: false },
      { address: "boote@haff.example", name: "Segelschule", isOwn: false },
    ]);
  });

  it("takes what is said of its own address, and lists it once", () => {
    const account = mail([alias("info@haff.example", { teamIds: ["t1"], name: "Haff" })]);
    expect(sendersOf(account)).toMatchObject([
      { address: "info@haff.example", isOwn: true, teamIds: ["t1"], name: "Haff" },
    ]);
  });

  it("is no alias of another domain, also not after the account moved to one", () => {
    const moved = { ...mail([alias("kurse@haff.example")]), settings: { fromAddress: "info@neu.example" } };
    expect(sendersOf(moved).map(({ address }) => address)).toEqual(["info@neu.example"]);
    expect(senderOf(moved, "kurse@haff.example")).toBeNull();
  });

  it("is the number of a text account, and nothing where the service picks its numbers", () => {
    expect(sendersOf({ channel: "sms", settings: { sender: "+4930123456" } })).toMatchObject([
      { address: "+4930123456" },
    ]);
    expect(sendersOf({ channel: "whatsapp", settings: { phoneNumberId: "105" } })).toMatchObject([{ address: "105" }]);
    expect(sendersOf({ channel: "sms", settings: { messagingServiceSid: "MG1" } })).toEqual([]);
    expect(sendersOf({ channel: "email", settings: {} })).toEqual([]);
  });
});

describe("aliases somebody entered", () => {
  const problemOf = (...senders: SenderAlias[]) => aliasProblem(mail(), tidyAliases(senders));

  it("are tidied", () => {
    expect(tidyAliases([alias("  Kurse@HAFF.example ", { name: " Kurse \n am Haff ", teamIds: ["a", "a"] })])).toEqual([
      { address: "kurse@haff.example", name: "Kurse am Haff", teamIds: ["a"] },
    ]);
  });

  it.each([
    ["address", alias("kurse")],
    ["address", alias("a b@haff.example")],
    ["domain", alias("kurse@fremd.example")],
    ["domain", alias("kurse@sub.haff.example")],
    ["name", alias("kurse@haff.example", { name: 'Boss" <boss@bank.example>' })],
  ])("are refused for their %s", (problem, given) => {
    expect(problemOf(alias("boote@haff.example"), given)).toEqual({ index: 1, problem });
  });

  it("are there once, not without end, and of mail only", () => {
    expect(problemOf(alias("a@haff.example"), alias("A@haff.example"))).toEqual({ index: 1, problem: "twice" });
    const many = Array.from({ length: 21 }, (_, index) => alias(`a${index}@haff.example`));
    expect(problemOf(...many)).toEqual({ index: 20, problem: "many" });
    const sms = { channel: "sms" as const, settings: { sender: "+4930123456" } };
    expect(aliasProblem(sms, [alias("a@haff.example")])).toEqual({ index: 0, problem: "channel" });
    expect(problemOf(alias("a@haff.example"))).toBeNull();
  });
});
