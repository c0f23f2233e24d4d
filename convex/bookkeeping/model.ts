import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { AuditAction } from "../audit/actions";
import { record } from "../audit/model";
import { countryOfLocale, normaliseEmail, normalisePhone } from "../contacts/addresses";
import { addAddress, findByAddress } from "../contacts/model";
import { requireMessage } from "../delivery/model";
import { setListener } from "../events/model";
import { encryptSecret } from "../lib/crypto";
import { appError } from "../lib/errors";
import { SECOND_MS } from "../lib/time";
import { requireOrg } from "../orgs/model";
import { deliveryLine, troubleOf, type ExternalAddress } from "./sevdesk";
import type { SyncState } from "./schema";

const LISTENER = "bookkeeping.onMessageStatus";
export const DEFAULT_BASE_URL = "https://my.sevdesk.de/api/v1";
/** A sevDesk token: 32 hex digits (providers.md 16). */
const TOKEN = /^[0-9a-f]{32}$/i;
/** Sent, delivered and read come within seconds: only the last is worth a call. */
const COALESCE_MS = 10 * SECOND_MS;
/** Reports one run of the job writes: a minute's work at two calls a second. */
const REPORT_BATCH = 50;

type Actor = { orgId: Id<"organisations">; memberId: Id<"members"> };

/** The organisation's account, or null. */
export async function accountOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"bookkeepingAccounts"> | null> {
  return await ctx.db
    .query("bookkeepingAccounts")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}

/** What the settings show: never the token. */
export async function presentAccount(ctx: QueryCtx, orgId: Id<"organisations">) {
  const account = await accountOf(ctx, orgId);
  if (account === null) return null;
  const { baseUrl, isEnabled, disabledReason, sync } = account;
  return { baseUrl, isEnabled, disabledReason, sync };
}

/**
 * Connects sevDesk, or changes the connection; an absent token stays. Starts a sync. Throws `invalid` for a token that is
 * none or an address that is not https.
 */
export async function connect(
  ctx: MutationCtx,
  { orgId, memberId }: Actor,
  { token, baseUrl }: { token?: string; baseUrl?: string },
): Promise<void> {
  const known = await accountOf(ctx, orgId);
  const address = (baseUrl ?? known?.baseUrl ?? DEFAULT_BASE_URL).replace(/\/+$/, "");
  if (!isApiAddress(address)) throw appError("invalid", "This must be an https address.", { field: "baseUrl" });
  if (token !== undefined && !TOKEN.test(token)) {
    throw appError("invalid", "A sevDesk token has 32 digits and letters from a to f.", { field: "token" });
  }
  if (token === undefined && known === null) throw appError("invalid", "The token is missing.", { field: "token" });
  const secret = token === undefined ? {} : { encryptedToken: await encryptSecret(token) };
  const healthy = { baseUrl: address, isEnabled: true, disabledReason: undefined, ...secret };
  if (known !== null) await ctx.db.patch("bookkeepingAccounts", known._id, healthy);
  else if (secret.encryptedToken !== undefined) {
    const encryptedToken = secret.encryptedToken;
    await ctx.db.insert("bookkeepingAccounts", { orgId, ...healthy, encryptedToken, sync: { kind: "idle" } });
  }
  await setListener(ctx, orgId, LISTENER, true);
  await recordChange(ctx, { orgId, memberId }, "bookkeeping.connected");
  await startSync(ctx, orgId);
}

// Where it leads is looked at before every call (lib/guardedFetch): this machine is refused there unless allowed.
function isApiAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost"].includes(hostname));
}

/** Removes the connection with its token; what was written in sevDesk stays there. */
export async function disconnect(ctx: MutationCtx, actor: Actor): Promise<void> {
  const account = await accountOf(ctx, actor.orgId);
  if (account === null) return;
  await ctx.db.delete("bookkeepingAccounts", account._id);
  await setListener(ctx, actor.orgId, LISTENER, false);
  await recordChange(ctx, actor, "bookkeeping.disconnected");
}

async function recordChange(ctx: MutationCtx, { orgId, memberId }: Actor, action: AuditAction): Promise<void> {
  const subject = { table: "bookkeepingAccounts", id: orgId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject });
}

/** Has the addresses read once more, in a job. Nothing happens while one is running. */
export async function startSync(ctx: MutationCtx, orgId: Id<"organisations">): Promise<void> {
  const account = await accountOf(ctx, orgId);
  if (account?.isEnabled !== true || account.sync.kind === "running") return;
  await setSync(ctx, orgId, { kind: "running", since: Date.now() });
  await ctx.scheduler.runAfter(0, internal.bookkeeping.jobs.sync, { orgId });
}

export async function setSync(ctx: MutationCtx, orgId: Id<"organisations">, sync: SyncState): Promise<void> {
  const account = await accountOf(ctx, orgId);
  if (account !== null) await ctx.db.patch("bookkeepingAccounts", account._id, { sync });
}

/** Switches the connection off: sevDesk refuses the token, and every further call would be refused too. */
export async function switchOff(ctx: MutationCtx, orgId: Id<"organisations">, reason: string): Promise<void> {
  const account = await accountOf(ctx, orgId);
  if (account !== null)
    await ctx.db.patch("bookkeepingAccounts", account._id, { isEnabled: false, disabledReason: reason });
}

/**
 * Matches one sevDesk contact with one of ours by any of its addresses, and adds the others to it: more ways to reach the
 * same person (requirement S0). People we do not know stay bookkeeping's. Returns what it found.
 */
export async function linkContact(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  addresses: readonly ExternalAddress[],
): Promise<{ isLinked: boolean; added: number }> {
  const country = countryOfLocale((await requireOrg(ctx, orgId)).locale);
  const readable = addresses.flatMap(({ kind, value }) => {
    const address = kind === "email" ? normaliseEmail(value) : normalisePhone(value, country);
    const channel = kind === "email" ? ("email" as const) : ("sms" as const);
    return address === null ? [] : [{ orgId, channel, address }];
  });
  let contact: Doc<"contacts"> | null = null;
  for (const key of readable) contact ??= await findByAddress(ctx, key);
  const externalId = addresses[0]?.externalId;
  if (contact === null || externalId === undefined) return { isLinked: false, added: 0 };
  let added = 0;
  for (const key of readable) {
    if ((await findByAddress(ctx, key)) !== null) continue;
    await addAddress(ctx, { ...key, contactId: contact._id });
    added += 1;
  }
  const known = await linkOf(ctx, contact._id);
  if (known === null) await ctx.db.insert("bookkeepingLinks", { orgId, contactId: contact._id, externalId });
  else if (known.externalId !== externalId)
    await ctx.db.patch("bookkeepingLinks", known._id, { externalId, fieldId: undefined });
  return { isLinked: true, added };
}

async function linkOf(ctx: QueryCtx, contactId: Id<"contacts">): Promise<Doc<"bookkeepingLinks"> | null> {
  return await ctx.db
    .query("bookkeepingLinks")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .first();
}

/** Has a message's status written to its person in sevDesk; a newer one takes the place of one that still waits. */
export async function reportStatus(ctx: MutationCtx, orgId: Id<"organisations">, queueId: string): Promise<void> {
  const id = ctx.db.normalizeId("messageQueue", queueId);
  const account = await accountOf(ctx, orgId);
  if (id === null || account?.isEnabled !== true) return;
  const { contactId, routedChannel, channel, state, _id } = await requireMessage(ctx, orgId, id);
  const link = await linkOf(ctx, contactId);
  if (link === null) return;
  const now = Date.now();
  const text = deliveryLine("at" in state ? state.at : now, routedChannel ?? channel, state.kind, _id);
  const waiting = await ctx.db
    .query("bookkeepingReports")
    .withIndex("by_link", (q) => q.eq("linkId", link._id))
    .first();
  if (waiting !== null) {
    await ctx.db.patch("bookkeepingReports", waiting._id, { text });
    return;
  }
  const dueAt = now + COALESCE_MS;
  await ctx.db.insert("bookkeepingReports", { orgId, linkId: link._id, text, dueAt, attempts: 0 });
  await ctx.scheduler.runAfter(COALESCE_MS, internal.bookkeeping.jobs.report, { orgId });
}

/** What the reporting job is to write now, oldest first, with what it needs for it. */
export async function dueReports(ctx: QueryCtx, orgId: Id<"organisations">, now: number) {
  const account = await accountOf(ctx, orgId);
  if (account?.isEnabled !== true) return null;
  const due = await ctx.db
    .query("bookkeepingReports")
    .withIndex("by_due", (q) => q.eq("orgId", orgId).lte("dueAt", now))
    .take(REPORT_BATCH);
  const reports = await Promise.all(
    due.map(async ({ _id: reportId, linkId, text }) => {
      const link = await ctx.db.get("bookkeepingLinks", linkId);
      return { reportId, text, externalId: link?.externalId ?? null, fieldId: link?.fieldId };
    }),
  );
  const { baseUrl, encryptedToken, fieldSettingId } = account;
  return { account: { baseUrl, encryptedToken, fieldSettingId }, reports };
}

/** A report is written: it goes, unless a newer status came meanwhile, which is written next. */
export async function finishReport(
  ctx: MutationCtx,
  reportId: Id<"bookkeepingReports">,
  { text, fieldId }: { text: string; fieldId?: string },
): Promise<void> {
  const report = await ctx.db.get("bookkeepingReports", reportId);
  if (report === null) return;
  if (fieldId !== undefined) await ctx.db.patch("bookkeepingLinks", report.linkId, { fieldId });
  if (report.text === text) {
    await ctx.db.delete("bookkeepingReports", reportId);
    return;
  }
  await ctx.db.patch("bookkeepingReports", reportId, { dueAt: Date.now(), attempts: 0, lastError: undefined });
  await ctx.scheduler.runAfter(0, internal.bookkeeping.jobs.report, { orgId: report.orgId });
}

/** A report was refused: tried again later, given up, or the whole connection is switched off. */
export async function failReport(
  ctx: MutationCtx,
  reportId: Id<"bookkeepingReports">,
  answer: { status: number | null; message: string; retryAfterMs?: number },
): Promise<void> {
  const report = await ctx.db.get("bookkeepingReports", reportId);
  if (report === null) return;
  const attempts = report.attempts + 1;
  const trouble = troubleOf(answer.status, answer.message, attempts, answer.retryAfterMs);
  const { orgId } = report;
  switch (trouble.kind) {
    case "config":
      return await switchOff(ctx, orgId, trouble.reason);
    case "permanent":
      await ctx.db.delete("bookkeepingReports", reportId);
      return;
    case "retry":
      await ctx.db.patch("bookkeepingReports", reportId, {
        attempts,
        lastError: trouble.reason,
        dueAt: Date.now() + trouble.inMs,
      });
      await ctx.scheduler.runAfter(trouble.inMs, internal.bookkeeping.jobs.report, { orgId });
  }
}

export async function setFieldSetting(ctx: MutationCtx, orgId: Id<"organisations">, fieldSettingId: string) {
  const account = await accountOf(ctx, orgId);
  if (account !== null) await ctx.db.patch("bookkeepingAccounts", account._id, { fieldSettingId });
}

/** More accounts than a deployment has organisations that keep books. */
const MAX_ACCOUNTS = 1_000;

/** Starts a sync of every connected account, and the writing of what a crash left behind. Run daily and hourly. */
export async function startAll(ctx: MutationCtx, what: "sync" | "report"): Promise<void> {
  const accounts = await ctx.db.query("bookkeepingAccounts").take(MAX_ACCOUNTS);
  for (const { orgId, isEnabled, sync } of accounts) {
    if (!isEnabled) continue;
    if (what === "report") await ctx.scheduler.runAfter(0, internal.bookkeeping.jobs.report, { orgId });
    else {
      // A sync that is still said to run a day later was lost to a crash.
      if (sync.kind === "running") await setSync(ctx, orgId, { kind: "idle" });
      await startSync(ctx, orgId);
    }
  }
}
