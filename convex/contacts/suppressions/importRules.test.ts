import { describe, expect, it } from "vitest";
import { readRow } from "./importRules";

const known = { country: "DE", topics: [{ key: "news", purpose: "marketing" as const }] };
const read = (row: Partial<Parameters<typeof readRow>[0]>) =>
  readRow({ channel: "", address: "", purpose: "", topic: "", reason: "", note: "", ...row }, known);

describe("a line of a suppression list", () => {
  it.each([
    [{ address: " A@B.example " }, { channel: "email", address: "a@b.example", reason: "imported" }],
    [{ address: "0171 3920001" }, { channel: "sms", address: "+491713920001" }],
    [
      { address: "+31612345678", channel: "WhatsApp" },
      { channel: "whatsapp", address: "+31612345678" },
    ],
    [{ address: "a@b.example", purpose: "Marketing" }, { purpose: "marketing" }],
    [{ address: "a@b.example", purpose: "all" }, { purpose: undefined }],
    [
      { address: "a@b.example", topic: "News" },
      { topic: "news", purpose: "marketing" },
    ],
    [
      { address: "a@b.example", reason: "Spam Complaint" },
      { reason: "complaint", note: undefined },
    ],
    [{ address: "a@b.example", reason: "wollte nicht mehr", note: "Messe" }, { note: "Messe; wollte nicht mehr" }],
  ])("%j reads %j", (row, expected) => {
    expect(read(row)).toMatchObject({ ok: true, row: expected });
  });

  it.each([
    [{}, "no_address"],
    [{ address: "a@b" }, "unreadable_email"],
    [{ address: "12", channel: "sms" }, "unreadable_phone"],
    [{ address: "a@b.example", channel: "fax" }, "unknown_channel"],
    [{ address: "a@b.example", purpose: "fun" }, "unknown_purpose"],
    [{ address: "a@b.example", topic: "weather" }, "unknown_topic"],
    [{ address: "a@b.example", topic: "news", purpose: "review" }, "topic_of_other_purpose"],
  ])("%j is rejected: %s", (row, problem) => expect(read(row)).toEqual({ ok: false, problem }));
});
