import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, NOON, queueText, rowOf, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, makeInbox, rows, type Inbox } from "../../../tests/support/inbox";
import type { Id } from "../../_generated/dataModel";
import { keyOf, setState } from "../../delivery/model";
import { tokenOfKey } from "../../delivery/providers/reference";
import { storeRawEvent } from "../../intake/model";

let t: Convex;
let inbox: Inbox;
let queueId: Id<"messageQueue">;
let token: string;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON });
  t = setupConvex();
  inbox = await makeInbox(t);
  ({ queueId } = await queueText(t, inbox, { purpose: "marketing", lane: "marketing", dueAt: NOON + 3_600_000 }));
  token = await inMutation(t, async (ctx) => {
    const row = await ctx.db.get("messageQueue", queueId);
    if (row === null) throw new Error("the message is gone");
    const route = {
      connectionId: inbox.connections.email,
      routedChannel: "email",
      address: "max@example.org",
    } as const;
    await setState(ctx, row, { kind: "sent", at: NOON }, { ...route, providerMessageId: "sb-1@haff.example" });
    return tokenOfKey(keyOf(row));
  });
});
afterEach(() => {
  vi.useRealTimers();
});

type Report = {
  to?: string;
  recipient?: string;
  action?: string;
  status?: string;
  diagnostic?: string;
  envelopeId?: string;
  messageId?: string;
  id?: string;
};

function dsn({
  to = "info@haff.example",
  recipient = "max@example.org",
  action = "failed",
  status = "5.1.1",
  diagnostic = "smtp; 550 5.1.1 user unknown",
  envelopeId,
  messageId,
  id = "dsn-1",
}: Report): string {
  const returned = messageId === undefined ? "Subject: x" : `Message-ID: <${messageId}>`;
  return [
    "From: MAILER-DAEMON@mx.host.example",
    "Return-Path: <>",
    `To: ${to}`,
    "Subject: Undelivered",
    `Message-ID: <${id}@mx.host.example>`,
    "MIME-Version: 1.0",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=d",
    "",
    "--d",
    "Content-Type: text/plain",
    "",
    "Sorry",
    "--d",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx",
    ...(envelopeId === undefined ? [] : [`Original-Envelope-Id: ${envelopeId}`]),
    "",
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: ${diagnostic}`,
    "",
    "--d",
    "Content-Type: text/rfc822-headers",
    "",
    returned,
    "",
    "--d--",
    "",
  ].join("\r\n");
}

const deliver = async (report: Report) => await deliverMail(t, inbox, dsn(report));
const stateOf = async () => (await rowOf(t, queueId)).state;
const suppressed = async () => (await rows(t, "suppressions")).map(({ address, reason }) => [address, reason]);
const receipts = async () => (await allRows(t, "receipts")).map(({ kind }) => kind);

describe("a bounce that comes as mail", () => {
  it.each([
    ["the return path", () => ({ to: `bounce+${token}@haff.example` })],
    ["the envelope id", () => ({ envelopeId: token })],
    ["the Message-ID", () => ({ messageId: "sb-1@haff.example" })],
  ])("finds its message by %s, ends the address, and fills no inbox", async (_, how) => {
    await deliver(how());
    expect(await stateOf()).toMatchObject({ kind: "bounced", failure: { class: "invalid_address", code: "5.1.1" } });
    expect(await suppressed()).toEqual([["max@example.org", "hard_bounce"]]);
    expect(await rows(t, "threads")).toEqual([]);
    const results = (await rows(t, "rawEvents")).map(({ kind, state }) => [kind, state.kind]);
    expect(results).toEqual([
      ["email_raw", "processed"],
      ["mail_report", "processed"],
    ]);
  });

  it.each([
    ["a full mailbox", { status: "5.2.2", diagnostic: "smtp; 552 5.2.2 mailbox full" }, "transient"],
    ["a mail too big", { status: "5.3.4", diagnostic: "smtp; 552 5.3.4 too big" }, "permanent"],
    ["a policy", { status: "5.7.1", diagnostic: "smtp; 554 5.7.1 spam" }, "permanent"],
  ])("because of %s fails the message and leaves the address", async (_, report, expected) => {
    await deliver({ to: `bounce+${token}@haff.example`, ...report });
    expect(await stateOf()).toMatchObject({ kind: "bounced", failure: { class: expected } });
    expect(await suppressed()).toEqual([]);
  });

  it("is one however often it comes, at once or later under another envelope", async () => {
    const text = dsn({ to: `bounce+${token}@haff.example` });
    const { orgId, emailChannelId: sourceId } = inbox;
    const body = { kind: "text", text } as const;
    const store = (dedupeKey: string) =>
      inMutation(t, (ctx) => storeRawEvent(ctx, { orgId, kind: "email_raw", sourceId, dedupeKey, body }));
    await Promise.all(["a", "a", "b", "c"].map(store));
    await runJobs(t);
    expect(await receipts()).toEqual(["bounced"]);
    expect(await suppressed()).toHaveLength(1);
  });

  it("after the delivery is kept and acted on, and the delivery stays", async () => {
    await inMutation(t, async (ctx) => {
      const row = await ctx.db.get("messageQueue", queueId);
      if (row !== null) await setState(ctx, row, { kind: "delivered", at: NOON });
    });
    await deliver({ to: `bounce+${token}@haff.example` });
    expect((await stateOf()).kind).toBe("delivered");
    expect(await receipts()).toEqual(["bounced"]);
    expect(await suppressed()).toHaveLength(1);
  });
});

describe("a delay and a delivery", () => {
  it("by mail move what they may move", async () => {
    await deliver({
      to: `bounce+${token}@haff.example`,
      action: "delayed",
      status: "4.2.2",
      diagnostic: "smtp; 452 full",
    });
    expect((await stateOf()).kind).toBe("sent");
    await deliver({ to: `bounce+${token}@haff.example`, action: "delivered", status: "2.0.0", id: "dsn-2" });
    expect((await stateOf()).kind).toBe("delivered");
    expect(await suppressed()).toEqual([]);
    expect(await rows(t, "threads")).toEqual([]);
  });
});

describe("a report anybody could have written", () => {
  it("that knows only a Message-ID and names another address ends no address", async () => {
    await deliver({ messageId: "sb-1@haff.example", recipient: "anna@example.org" });
    expect(await stateOf()).toMatchObject({ kind: "bounced", failure: { class: "permanent" } });
    expect(await suppressed()).toEqual([]);
  });

  it("about no message of ours is a mail like any other", async () => {
    await deliver({ messageId: "unknown@haff.example" });
    await deliver({ to: "bounce+k57abc_3a1@haff.example", id: "dsn-2" });
    expect((await stateOf()).kind).toBe("sent");
    expect(await suppressed()).toEqual([]);
    expect((await rows(t, "messages")).length).toBeGreaterThan(0);
  });

  it("about another organisation's message moves nothing", async () => {
    const other = await inMutation(t, async (ctx) => {
      const org = await ctx.db.get("organisations", inbox.orgId);
      if (org === null) throw new Error("the organisation is gone");
      const { _id, _creationTime, ...fields } = org;
      return await ctx.db.insert("organisations", { ...fields, slug: "other" });
    });
    await inMutation(t, (ctx) =>
      storeRawEvent(ctx, {
        orgId: other,
        kind: "email_raw",
        sourceId: "elsewhere",
        dedupeKey: "x",
        body: { kind: "text", text: dsn({ to: `bounce+${token}@haff.example`, messageId: "sb-1@haff.example" }) },
      }),
    );
    await runJobs(t);
    expect((await stateOf()).kind).toBe("sent");
    expect(await suppressed()).toEqual([]);
  });
});

describe("a complaint of a feedback loop", () => {
  const arf = (fields: string[]) =>
    [
      "From: fbl@host.example",
      "To: abuse@haff.example",
      "Subject: complaint",
      "Message-ID: <arf-1@host.example>",
      "MIME-Version: 1.0",
      "Content-Type: multipart/report; report-type=feedback-report; boundary=d",
      "",
      "--d",
      "Content-Type: text/plain",
      "",
      "A complaint",
      "--d",
      "Content-Type: message/feedback-report",
      "",
      "Feedback-Type: abuse",
      "Version: 1",
      ...fields,
      "",
      "--d",
      "Content-Type: text/rfc822-headers",
      "",
      "Message-ID: <sb-1@haff.example>",
      "",
      "--d--",
      "",
    ].join("\r\n");

  it("ends marketing to the person, and nothing else", async () => {
    await deliverMail(t, inbox, arf([`Original-Mail-From: <bounce+${token}@haff.example>`]));
    expect(await rows(t, "suppressions")).toMatchObject([
      { address: "max@example.org", reason: "complaint", purpose: "marketing" },
    ]);
    expect((await stateOf()).kind).toBe("sent");
    expect(await receipts()).toEqual(["complained"]);
    expect(await rows(t, "threads")).toEqual([]);
  });

  it("about another address is not believed", async () => {
    await deliverMail(t, inbox, arf(["Original-Rcpt-To: anna@example.org"]));
    expect(await suppressed()).toEqual([]);
    expect(await receipts()).toEqual([]);
  });
});
