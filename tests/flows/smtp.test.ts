import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decryptSecret } from "../../convex/lib/crypto";
import { createConnection } from "../../convex/connections/model";
import { recordConsent } from "../../convex/contacts/consents/model";
import { moveMessage } from "../../convex/delivery/model";
import { storeRawEvent } from "../../convex/intake/model";
import { createTemplate, publishVersion, requireTemplate } from "../../convex/templates/model";
import { setupConvex } from "../support/convex.ts";
import {
  allRows,
  inMutation,
  makeWorkspace,
  queueText,
  rowOf,
  type Convex,
  type Workspace,
} from "../support/delivery.ts";
import { startSmtpServer } from "../support/smtp.ts";
import { until } from "../support/until.ts";

// Whatever reacts to the events is tested where it lives.
vi.mock("../../convex/events/subscriptions", () => ({ REACTIONS: [], reactionsTo: () => [] }));

const SECRET = { user: "switchboard", password: "geheim-42" };

let t: Convex;
let workspace: Workspace;
let smtp: Awaited<ReturnType<typeof startSmtpServer>>;

beforeEach(async () => {
  vi.stubEnv("SMTP_ALLOW_PRIVATE", "true");
  smtp = await startSmtpServer(SECRET);
  t = setupConvex();
  workspace = await makeWorkspace(t);
  await inMutation(t, async (ctx) => {
    await ctx.db.delete("connections", workspace.connections.email);
    // Sockets need the real clock, so quiet hours are off rather than avoided.
    await ctx.db.patch("organisations", workspace.orgId, { quietHours: { start: "00:00", end: "00:00" } });
  });
});
afterEach(async () => {
  await t.finishInProgressScheduledFunctions();
  vi.unstubAllEnvs();
  await smtp.stop();
});

async function connectSmtp(settings: Record<string, string | number | boolean> = {}, password = SECRET.password) {
  return await inMutation(t, (ctx) =>
    createConnection(ctx, {
      orgId: workspace.orgId,
      channel: "email",
      provider: "smtp",
      name: "SMTP",
      ratePerSecond: 500,
      settings: {
        host: "127.0.0.1",
        port: smtp.port,
        ignoreTls: true,
        user: SECRET.user,
        fromAddress: "info@haff.example",
        fromName: "Segelschule Haff",
        ...settings,
      },
      secrets: { password },
    }),
  );
}

const agent = () => ({ kind: "agent", threadId: "t", messageId: "m", memberId: workspace.memberId }) as const;
/** The pause after a lost answer is over. */
const againAtOnce = async (queueId: Awaited<ReturnType<typeof queueText>>["queueId"]) => {
  expect((await settled(queueId)).dueAt).toBeGreaterThan(Date.now() + 10_000);
  expect(await inMutation(t, (ctx) => moveMessage(ctx, queueId, Date.now()))).toBe(true);
};
const settled = async (queueId: Awaited<ReturnType<typeof queueText>>["queueId"]) =>
  await until("the message is settled", async () => {
    const row = await rowOf(t, queueId);
    return row.state.kind !== "sending" && row.attemptCount > 0 ? row : null;
  });

describe("a mail through a real SMTP server", () => {
  it("arrives with its own Message-ID, threading headers and both parts, and counts as sent", async () => {
    await connectSmtp();
    const threading = { inReplyTo: "theirs@mail.example", references: ["first@x", "theirs@mail.example"] };
    const { queueId } = await queueText(t, workspace, {
      source: agent(),
      threading: { ...threading, replyTo: "reply+abc@haff.example" },
      content: { kind: "finished", subject: "Re: Größe", text: "Gern.\n\nBis dann", fileIds: [] },
    });
    const row = await settled(queueId);
    expect(row.state.kind).toBe("sent");
    expect(row.providerMessageId).toBe(`sb-${queueId}@haff.example`);
    const [received] = smtp.received;
    expect(received?.envelopeTo).toEqual(["max@example.org"]);
    expect(received?.mail).toMatchObject({
      from: { address: "info@haff.example", name: "Segelschule Haff" },
      to: [{ address: "max@example.org", name: "Max Muster" }],
      replyTo: [{ address: "reply+abc@haff.example" }],
      subject: "Re: Größe",
      messageId: `<sb-${queueId}@haff.example>`,
      inReplyTo: "<theirs@mail.example>",
      references: "<first@x> <theirs@mail.example>",
    });
    expect(received?.mail.text).toContain("Bis dann");
    expect(received?.mail.html).toContain("Anna Admin");
    expect(received?.raw).not.toMatch(/^(List-Unsubscribe|Auto-Submitted)/im);
  });

  it("carries one-click unsubscribe verbatim when it is marketing, and the link is in the mail", async () => {
    await connectSmtp();
    const { orgId, contactId } = workspace;
    const templateVersionId = await inMutation(t, async (ctx) => {
      const consent = { orgId, contactId, channel: "email", purpose: "marketing", wordingVersion: "1" } as const;
      await recordConsent(ctx, { ...consent, state: "granted", source: "form" });
      const templateId = await createTemplate(ctx, {
        orgId,
        name: "Angebot",
        category: "follow_up",
        channelType: "any",
        businessEntity: "all",
        locale: "de",
      });
      const text = { subject: "Hallo {{firstName}}", body: "Guten Tag {{firstName}},\n\nkommen Sie wieder!" };
      return await publishVersion(ctx, await requireTemplate(ctx, orgId, templateId), { ...text, layout: "follow_up" });
    });
    const { queueId } = await queueText(t, workspace, {
      lane: "marketing",
      purpose: "marketing",
      content: { kind: "template", templateVersionId, values: { firstName: "Max" } },
    });
    expect((await settled(queueId)).state.kind).toBe("sent");
    const raw = smtp.received[0]?.raw ?? "";
    const link = /^List-Unsubscribe: <(\S+\/u\/[\w-]{43})>(?:, <mailto:\S+>)?\r?$/m.exec(raw)?.[1];
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(smtp.received[0]?.mail.subject).toBe("Hallo Max");
    expect(smtp.received[0]?.mail.html).toContain(link);
    expect((await t.fetch(new URL(link ?? "").pathname, { method: "POST" })).status).toBe(200);
    const rendered = await t.run(async (ctx) => (await ctx.db.query("messageBodies").first())?.rendered);
    expect(rendered).toMatchObject({ subject: "Hallo Max" });
  });

  it("goes in a batch over a few connections, each once", async () => {
    await connectSmtp();
    const queued = [];
    for (let i = 0; i < 40; i++) queued.push(await queueText(t, workspace, { idempotencyKey: `n${i}` }));
    for (const { queueId } of queued) expect((await settled(queueId)).state.kind).toBe("sent");
    expect(new Set(smtp.received.map(({ mail }) => mail.messageId)).size).toBe(40);
    expect(smtp.received).toHaveLength(40);
  });

  it("to an address that does not exist marks the address and ends", async () => {
    await connectSmtp();
    smtp.control.rejectRecipient = "max@example.org";
    const { queueId } = await queueText(t, workspace, { source: agent() });
    const row = await settled(queueId);
    expect(row.state).toMatchObject({ kind: "dead", failure: { class: "invalid_address" } });
    const addresses = await t.run(async (ctx) => await ctx.db.query("contactAddresses").collect());
    expect(addresses.find(({ channel }) => channel === "email")?.state).toBe("invalid");
    expect(smtp.received).toEqual([]);
  });

  it("whose answer is lost after the text was sent goes again with the same Message-ID, marked", async () => {
    await connectSmtp();
    smtp.control.policy = ({ count }) => (count === 1 ? "hang_up" : "accept");
    const { queueId } = await queueText(t, workspace);
    await againAtOnce(queueId);
    await until("it was sent twice", () => smtp.received.length === 2);
    const row = await settled(queueId);
    expect(row).toMatchObject({ state: { kind: "sent" }, mayBeDuplicate: true, attemptCount: 2 });
    const ids = smtp.received.map(({ mail }) => mail.messageId);
    expect(ids[0]).toBe(ids[1]);
    const outcomes = (await allRows(t, "attempts")).map(({ outcome }) => outcome);
    expect(outcomes).toMatchObject([{ kind: "lost", resent: true }, { kind: "accepted" }]);
  });

  it("comes back to its return path: the message is bounced and the address left alone from then on", async () => {
    await connectSmtp({ bounceAddress: "bounce@haff.example" });
    const { queueId } = await queueText(t, workspace);
    expect((await settled(queueId)).state.kind).toBe("sent");
    const [sent] = smtp.received;
    const report = [
      `From: MAILER-DAEMON@mx.example.org\r\nTo: <${sent?.envelopeFrom}>\r\nMessage-ID: <dsn@mx.example.org>`,
      "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=d\r\n",
      "--d\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n",
      "Final-Recipient: rfc822; max@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n--d--\r\n",
    ].join("\r\n");
    const { orgId, emailChannelId } = workspace;
    const body = { kind: "text", text: report } as const;
    await inMutation(t, (ctx) =>
      storeRawEvent(ctx, { orgId, kind: "email_raw", sourceId: emailChannelId, dedupeKey: "dsn", body }),
    );
    await until("the bounce is applied", async () => (await rowOf(t, queueId)).state.kind === "bounced");
    expect(await allRows(t, "suppressions")).toMatchObject([{ address: "max@example.org", reason: "hard_bounce" }]);
    expect(await allRows(t, "threads")).toEqual([]);
  });

  it("that goes again carries the unsubscribe link it had, which works once it has arrived twice", async () => {
    await connectSmtp({ resendAfterLostAnswer: true });
    const { orgId, contactId } = workspace;
    await inMutation(t, async (ctx) => {
      const consent = { orgId, contactId, channel: "email", purpose: "marketing", wordingVersion: "1" } as const;
      await recordConsent(ctx, { ...consent, state: "granted", source: "form" });
    });
    smtp.control.policy = ({ count }) => (count === 1 ? "hang_up" : "accept");
    const { queueId } = await queueText(t, workspace, { lane: "marketing", purpose: "marketing" });
    await againAtOnce(queueId);
    await until("it was sent twice", () => smtp.received.length === 2);
    await settled(queueId);
    const links = smtp.received.map(({ raw }) => /^List-Unsubscribe: <(\S+\/u\/[\w-]{43})>/m.exec(raw)?.[1]);
    expect(links[0]).toBeDefined();
    expect(links[1]).toBe(links[0]);
    expect((await t.fetch(new URL(links[0] ?? "").pathname, { method: "POST" })).status).toBe(200);
  });

  it("whose answer is lost waits for a person when the connection says so", async () => {
    await connectSmtp({ resendAfterLostAnswer: false });
    smtp.control.policy = () => "hang_up";
    const { queueId } = await queueText(t, workspace, { source: agent() });
    expect((await settled(queueId)).state.kind).toBe("unknown");
    expect(smtp.received).toHaveLength(1);
  });

  it("is tried again later when the server is busy", async () => {
    await connectSmtp();
    smtp.control.policy = () => ({ reply: "451 4.3.0 try again later" });
    const { queueId } = await queueText(t, workspace, { source: agent() });
    const row = await settled(queueId);
    expect(row.state.kind).toBe("pending");
    expect(row.dueAt).toBeGreaterThan(Date.now() + 10_000);
    expect((await allRows(t, "attempts"))[0]?.outcome).toMatchObject({
      kind: "refused",
      failure: { class: "transient", code: "451 4.3.0" },
    });
  });

  it("waits when the password is wrong: the breaker opens, nothing of it is in the log of reasons", async () => {
    const connectionId = await connectSmtp({}, "falsch");
    const { queueId } = await queueText(t, workspace, { source: agent() });
    const row = await settled(queueId);
    expect(row.state.kind).toBe("pending");
    const connection = await t.run(async (ctx) => await ctx.db.get("connections", connectionId));
    expect(connection?.breaker.kind).toBe("open");
    expect(JSON.stringify(await allRows(t, "attempts"))).not.toContain("falsch");
    expect(await decryptSecret(connection?.encryptedSecrets ?? "")).toContain("falsch");
  });

  it("is tried again later when nobody listens", async () => {
    await connectSmtp({ port: 1 });
    const { queueId } = await queueText(t, workspace, { source: agent() });
    expect((await settled(queueId)).state.kind).toBe("pending");
    expect((await allRows(t, "attempts"))[0]?.outcome).toMatchObject({ failure: { class: "transient" } });
  });
});
