import type { Id, TableNames } from "../../convex/_generated/dataModel";
import { createChannel } from "../../convex/connections/model";
import { storeRawEvent } from "../../convex/intake/model";
import { sha256Hex } from "../../convex/lib/crypto";
import { inMutation, makeWorkspace, runJobs, type Convex } from "./delivery";
import { localIdentity } from "./members";

/** What the e-mail channel of `makeInbox` accepts as proof. */
export const HOOK_SECRET = "hook-secret";

/** More rows than any test makes. */
const MAX_ROWS = 500;

/** A workspace with an e-mail and an SMS channel, four and one hours to answer, and its admin signed in. */
export async function makeInbox(t: Convex) {
  const workspace = await makeWorkspace(t);
  const { orgId, emailChannelId } = workspace;
  const smsChannelId = await inMutation(t, async (ctx) => {
    await ctx.db.patch("channels", emailChannelId, {
      responseSlaHours: 4,
      inboundSecretHash: await sha256Hex(HOOK_SECRET),
    });
    return await createChannel(ctx, {
      orgId,
      channelType: "sms",
      channelName: "SMS",
      isActive: true,
      address: "+4930123456",
      responseSlaHours: 1,
    });
  });
  return { ...workspace, smsChannelId, as: t.withIdentity(localIdentity("admin")) };
}

export type Inbox = Awaited<ReturnType<typeof makeInbox>>;

/** A plain-text mail as bytes would be, with headers by name. */
export function mail(headers: Record<string, string>, text: string): string {
  const lines = Object.entries({ To: "info@haff.example", ...headers }).map(([name, value]) => `${name}: ${value}`);
  return [...lines, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", text].join("\r\n");
}

/** Puts a mail into intake as the webhook would, and processes everything that follows. */
export async function deliverMail(
  t: Convex,
  { orgId, emailChannelId }: Inbox,
  raw: string,
  channelId: Id<"channels"> = emailChannelId,
): Promise<Id<"rawEvents">> {
  const dedupeKey = await sha256Hex(raw);
  const { rawEventId } = await inMutation(t, async (ctx) =>
    storeRawEvent(ctx, { orgId, kind: "email_raw", sourceId: channelId, dedupeKey, body: { kind: "text", text: raw } }),
  );
  await runJobs(t);
  return rawEventId;
}

/** Puts a text message from a device into intake, and processes everything that follows. */
export async function deliverText(
  t: Convex,
  { orgId, smsChannelId }: Inbox,
  message: { from: string; text: string; id: string; channel?: "sms" | "whatsapp" },
): Promise<Id<"rawEvents">> {
  const { from, text, id, channel = "sms" } = message;
  const body = JSON.stringify({ from, text, channel, providerMessageId: id, at: Date.now() });
  const { rawEventId } = await inMutation(t, async (ctx) =>
    storeRawEvent(ctx, {
      orgId,
      kind: "sms_sandbox",
      sourceId: smsChannelId,
      dedupeKey: id,
      body: { kind: "text", text: body },
    }),
  );
  await runJobs(t);
  return rawEventId;
}

/** The rows of a table, oldest first. */
export async function rows<T extends TableNames>(t: Convex, table: T) {
  return await t.run(async (ctx) => await ctx.db.query(table).take(MAX_ROWS));
}

/** The kinds of domain events that begin with `prefix`, in the order they were emitted. */
export async function events(t: Convex, prefix: string): Promise<string[]> {
  return (await rows(t, "domainEvents")).map(({ kind }) => kind).filter((kind) => kind.startsWith(prefix));
}

/** A mail of the customer whom `makeInbox` knows. */
export const MAX_MAIL = {
  From: "Max Muster <max@example.org>",
  Subject: "Frage zum Kurs",
  "Message-ID": "<m1@example.org>",
};
