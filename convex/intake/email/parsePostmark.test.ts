import { describe, expect, it } from "vitest";
import { parsePostmark, postmarkProblem } from "./parsePostmark";

const PAYLOAD = {
  FromName: "Erika Muster",
  MessageStream: "inbound",
  From: "erika@kunde.example",
  FromFull: { Email: "erika@kunde.example", Name: "Erika Muster", MailboxHash: "" },
  To: '"Segelschule" <reply+k7f3m2q9@haff-segeln.example>',
  ToFull: [{ Email: "reply+k7f3m2q9@haff-segeln.example", Name: "Segelschule", MailboxHash: "k7f3m2q9" }],
  CcFull: [{ Email: "max@kunde.example", Name: "", MailboxHash: "" }],
  BccFull: [],
  OriginalRecipient: "abc+K7F3M2Q9@inbound.postmarkapp.com",
  Subject: "AW: Ihr Segelkurs",
  MessageID: "73e6d360-66eb-11e1-8e72-a8904824019b",
  ReplyTo: "",
  MailboxHash: "k7f3m2q9",
  Date: "Fri, 20 Nov 2026 10:12:00 +0100",
  TextBody: "Ja, gerne.",
  HtmlBody: "<p>Ja, gerne.</p>",
  StrippedTextReply: "Ja, gerne.",
  Tag: "",
  Headers: [
    { Name: "Message-ID", Value: "<CAF=1@mail.gmail.com>" },
    { Name: "In-Reply-To", Value: "<ours.1@haff-segeln.example>" },
    { Name: "References", Value: "<ours.0@haff-segeln.example> <ours.1@haff-segeln.example>" },
    { Name: "X-Spam-Status", Value: "No" },
    { Name: "Precedence", Value: "first-class" },
  ],
  Attachments: [
    { Name: "foto.png", Content: btoa("PNG"), ContentType: "image/png", ContentLength: 3, ContentID: "<ii_1>" },
  ],
};

describe("parsePostmark", () => {
  it("reads the whole payload", () => {
    expect(parsePostmark(PAYLOAD, "key")).toEqual({
      ok: true,
      email: {
        from: { name: "Erika Muster", address: "erika@kunde.example" },
        to: [{ name: "Segelschule", address: "reply+k7f3m2q9@haff-segeln.example" }],
        cc: [{ address: "max@kunde.example" }],
        deliveredTo: ["abc+K7F3M2Q9@inbound.postmarkapp.com"],
        subject: "AW: Ihr Segelkurs",
        messageId: "CAF=1@mail.gmail.com",
        isMessageIdSynthesised: false,
        inReplyTo: ["ours.1@haff-segeln.example"],
        references: ["ours.0@haff-segeln.example", "ours.1@haff-segeln.example"],
        plusTokens: ["k7f3m2q9"],
        sentAt: Date.UTC(2026, 10, 20, 9, 12),
        text: "Ja, gerne.",
        html: "<p>Ja, gerne.</p>",
        attachments: [
          { name: "foto.png", contentType: "image/png", contentId: "ii_1", bytes: new TextEncoder().encode("PNG") },
        ],
        headers: { precedence: "first-class" },
      },
    });
  });

  it("synthesises an id when the sender gave none", () => {
    const result = parsePostmark({ ...PAYLOAD, Headers: [] }, PAYLOAD.MessageID);
    expect(result.ok && result.email.messageId).toBe(`${PAYLOAD.MessageID}@switchboard.invalid`);
  });

  it.each([
    ["body", []],
    ["body", null],
    ["body", "text"],
    ["From", { ...PAYLOAD, From: "", FromFull: undefined }],
    ["From", { ...PAYLOAD, From: "nobody", FromFull: { Email: "nobody" } }],
    ["Attachments", { ...PAYLOAD, Attachments: "none" }],
  ])("names the field %s of an unusable payload", (field, payload) => {
    expect(postmarkProblem(payload)).toMatchObject({ field });
    expect(parsePostmark(payload, "key")).toMatchObject({ ok: false, field });
  });

  it("refuses broken base64 by name", () => {
    const Attachments = [{ ...PAYLOAD.Attachments[0], Content: "%%%" }];
    expect(parsePostmark({ ...PAYLOAD, Attachments }, "key")).toMatchObject({
      ok: false,
      field: "Attachments.Content",
    });
  });
});
