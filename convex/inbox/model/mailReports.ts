import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { connectionsFor } from "../../connections/model";
import { comparableAddress } from "../../contacts/addresses";
import { keyOf, messageByProviderId, messageByReference } from "../../delivery/model";
import type { StatusReport } from "../../delivery/providers/types";
import { storeRawEvent } from "../../intake/model";
import { messagesByRef } from "./refs";

// Delivery notifications and complaints that came as mail (providers.md 2): whose they are, and how far to believe them.

/** A report about a message of ours; `reference` is that message's key. */
export type BelievedReport = StatusReport & { connectionId: Id<"connections">; reference: string };

/** What a mail's reports come to: those that fit a message of ours, and whether an inbox thread has one of them. */
export type MailReports = { believed: BelievedReport[]; isInThread: boolean };

/**
 * Finds the messages the reports are about: by our key on the return path or envelope, else by the Message-ID of the
 * mail that came back. Anybody can write such a mail. One that knows only a Message-ID and names another address than
 * the one we wrote to may fail that message, but nothing follows for an address from it.
 */
export async function believeReports(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  reports: readonly StatusReport[],
): Promise<MailReports> {
  const believed: BelievedReport[] = [];
  let isInThread = false;
  for (const report of reports) {
    const shown = await shownMessage(ctx, orgId, report.providerMessageId);
    isInThread ||= shown !== null;
    const byKey = report.reference === undefined ? null : await messageByReference(ctx, orgId, report.reference);
    const row = byKey ?? (await messageById(ctx, orgId, report.providerMessageId, shown));
    if (row?.connectionId === undefined || row.routedChannel !== "email") continue;
    const fitting = byKey !== null || isAbout(report, row) ? report : withoutAddress(report);
    if (fitting === null) continue;
    believed.push({ ...fitting, connectionId: row.connectionId, reference: keyOf(row), address: row.address });
  }
  return { believed, isInThread };
}

/** Keeps believed reports as a raw event of their own: tracking applies them, once, and again after a failure. */
export async function keepReports(
  ctx: MutationCtx,
  { orgId, sourceId }: Doc<"rawEvents">,
  messageId: string,
  believed: readonly BelievedReport[],
): Promise<void> {
  const body = { kind: "text", text: JSON.stringify(believed) } as const;
  await storeRawEvent(ctx, { orgId, kind: "mail_report", sourceId, dedupeKey: `report:${messageId}`, body });
}

/** The message in an inbox thread that has this Message-ID, or null. */
async function shownMessage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  messageId: string | undefined,
): Promise<Doc<"messages"> | null> {
  const messages = messageId === undefined ? [] : await messagesByRef(ctx, orgId, messageId);
  return messages.find(({ messageType }) => messageType === "outgoing") ?? null;
}

/** SMTP's own id of a message is its Message-ID; an answer whose acceptance is not recorded has it in its thread only. */
async function messageById(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  messageId: string | undefined,
  shown: Doc<"messages"> | null,
): Promise<Doc<"messageQueue"> | null> {
  if (messageId === undefined) return null;
  for (const { _id } of await connectionsFor(ctx, orgId, "email")) {
    const row = await messageByProviderId(ctx, _id, messageId);
    if (row !== null) return row;
  }
  return shown?.queueId === undefined ? null : await ctx.db.get("messageQueue", shown.queueId);
}

function isAbout({ address }: StatusReport, row: Doc<"messageQueue">): boolean {
  return address !== undefined && comparableAddress("email", address) === row.address;
}

/** The report without what would be held against an address: a failure of the message only, or nothing. */
function withoutAddress(report: StatusReport): StatusReport | null {
  if (report.kind === "complained" || report.kind === "unsubscribed") return null;
  const { failure } = report;
  return failure?.class === "invalid_address" ? { ...report, failure: { ...failure, class: "permanent" } } : report;
}
