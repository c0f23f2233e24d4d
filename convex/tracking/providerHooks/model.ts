import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { webhookBaseUrl } from "../../connections/webhooks/model";
import { consentOf } from "../../contacts/consents/model";
import { grantByPerson } from "../../contacts/consents/model/byPerson";
import { addAddress, findByAddress } from "../../contacts/model";
import type { Provider } from "../../connections/schema";
import { Tally } from "../../delivery/model/counts";
import type {
  ChoiceReport,
  IdentityReport,
  InboundReport,
  MailReport,
  StatusReport,
  WebhookReport,
} from "../../delivery/providers/types";
import { WEBHOOKS } from "../../delivery/providers/webhooks";
import { listenersOf } from "../../events/model";
import { storeRawEvent } from "../../intake/model";
import { sha256Hex } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { applyProviderState } from "../../delivery/whatsappTemplates/model";
import { withdraw } from "../model";
import { recordAddressFact, recordReceipt } from "../receipts/model";
import { keepEarly } from "../receipts/model/early";
import { openRequest } from "./envelope";

/** What was done with a request, for the raw event and tests. */
export type ReportCounts = { applied: number; early: number; known: number; inbound: number };

/** One fact out of a request: a transaction takes a slice of them. */
export type ReportItem =
  | { kind: "status"; report: StatusReport }
  | { kind: "inbound"; report: InboundReport }
  | { kind: "choice"; report: ChoiceReport }
  | { kind: "identity"; report: IdentityReport }
  | { kind: "mail"; report: MailReport }
  | { kind: "template"; report: NonNullable<WebhookReport["templates"]>[number] };

/** The facts of a stored request. Throws AppError `invalid` for what its provider's format does not allow. */
export function itemsOf(connection: Doc<"connections">, text: string, receivedAt: number): ReportItem[] {
  const webhook = WEBHOOKS[connection.provider];
  if (webhook === undefined) throw appError("invalid", `Nothing reads the webhooks of ${connection.provider}.`);
  const report = webhook.read(openRequest(text, webhookBaseUrl(), receivedAt));
  return [
    // First who is who, then what they say.
    ...(report.identities ?? []).map((each) => ({ kind: "identity" as const, report: each })),
    ...report.statuses.map((each) => ({ kind: "status" as const, report: each })),
    ...report.inbound.map((each) => ({ kind: "inbound" as const, report: each })),
    ...(report.choices ?? []).map((each) => ({ kind: "choice" as const, report: each })),
    ...(report.mails ?? []).map((each) => ({ kind: "mail" as const, report: each })),
    ...(report.templates ?? []).map((each) => ({ kind: "template" as const, report: each })),
  ];
}

/** Applies facts in one transaction. Each is recognised when it comes again, so a repeated run changes nothing. */
export async function applyItems(
  ctx: MutationCtx,
  connection: Doc<"connections">,
  items: readonly ReportItem[],
): Promise<ReportCounts> {
  const applier = await ReportApplier.forItems(ctx, connection, items);
  const counts = await applier.apply(items);
  await applier.flush();
  return counts;
}

/** Applies the facts of one or many requests to a connection in one transaction; what they share is done once. */
export class ReportApplier {
  private constructor(
    private readonly ctx: MutationCtx,
    private readonly connection: Doc<"connections">,
    private readonly keys: ReadonlyMap<StatusReport, string>,
    private readonly tally: Tally,
  ) {}

  /** Knows these items and no others. */
  static async forItems(
    ctx: MutationCtx,
    connection: Doc<"connections">,
    items: readonly ReportItem[],
  ): Promise<ReportApplier> {
    const reports = items.flatMap((item) => (item.kind === "status" ? [item.report] : []));
    // All hashes at once: a transaction waits for them once instead of once a report.
    const keys = await Promise.all(
      reports.map(async (report) => [report, await dedupeKeyOf(connection.provider, report)] as const),
    );
    const tally = new Tally();
    tally.setListeners(connection.orgId, await listenersOf(ctx, connection.orgId));
    return new ReportApplier(ctx, connection, new Map(keys), tally);
  }

  async apply(items: readonly ReportItem[]): Promise<ReportCounts> {
    const counts: ReportCounts = { applied: 0, early: 0, known: 0, inbound: 0 };
    for (const item of items) {
      if (item.kind === "status") counts[await this.applyStatus(item.report)] += 1;
      else if (await applyOther(this.ctx, this.connection, item)) counts.inbound += 1;
    }
    return counts;
  }

  /** Writes what was counted. Call it once, last. */
  async flush(): Promise<void> {
    await this.tally.write(this.ctx);
  }

  private async applyStatus(reported: StatusReport): Promise<"applied" | "early" | "known"> {
    const { orgId, _id: connectionId, channel } = this.connection;
    const dedupeKey = this.keys.get(reported);
    if (dedupeKey === undefined) throw new Error("This report is not one of those that were announced.");
    const { eventId: _eventId, ...report } = reported;
    const receipt = { ...report, orgId, connectionId, dedupeKey };
    const outcome = await recordReceipt(this.ctx, receipt, this.tally);
    if (outcome === "applied") return "applied";
    if (outcome !== "unmatched") return "known";
    if (await recordAddressFact(this.ctx, receipt, channel)) return "applied";
    await keepEarly(this.ctx, receipt);
    return "early";
  }
}

/** True for an inbound message that is new. */
async function applyOther(
  ctx: MutationCtx,
  connection: Doc<"connections">,
  item: Exclude<ReportItem, { kind: "status" }>,
): Promise<boolean> {
  switch (item.kind) {
    case "inbound":
      return await keepInbound(ctx, connection, item.report);
    case "mail":
      return await keepMail(ctx, connection, item.report);
    case "choice":
      await applyChoice(ctx, connection.orgId, item.report);
      return false;
    case "identity":
      await applyIdentity(ctx, connection.orgId, item.report);
      return false;
    case "template":
      await applyProviderState(ctx, connection, item.report);
      return false;
  }
}

async function dedupeKeyOf(provider: Provider, report: StatusReport): Promise<string> {
  return `${provider}:${report.eventId ?? (await hashOf(report))}`;
}

/** Providers without event ids: a report that says the same is the same (providers.md 0.3). */
async function hashOf({ kind, providerMessageId, reference, at, address, url }: StatusReport): Promise<string> {
  return await sha256Hex(JSON.stringify([kind, providerMessageId, reference, at, address, url]));
}

/** An inbound text becomes a raw event of its own: it is processed, retried and replayed by itself. False: known. */
async function keepInbound(ctx: MutationCtx, connection: Doc<"connections">, report: InboundReport): Promise<boolean> {
  const { orgId, _id, provider } = connection;
  const { isNew } = await storeRawEvent(ctx, {
    orgId,
    kind: "text_inbound",
    sourceId: _id,
    dedupeKey: `${provider}:${report.providerMessageId}`,
    body: { kind: "text", text: JSON.stringify(report) },
  });
  return isNew;
}

/** A mail that its provider keeps is fetched by a raw event of its own. False: known. */
async function keepMail(ctx: MutationCtx, connection: Doc<"connections">, report: MailReport): Promise<boolean> {
  const { orgId, _id, provider } = connection;
  const { isNew } = await storeRawEvent(ctx, {
    orgId,
    kind: "mail_fetch",
    sourceId: _id,
    dedupeKey: `${provider}:mail:${report.id ?? report.url}`,
    body: { kind: "text", text: JSON.stringify(report) },
  });
  return isNew;
}

/** Marketing ended or taken up again within WhatsApp (providers.md 13.7). Strangers' choices have nobody to be kept for. */
async function applyChoice(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { channel, address, marketing }: ChoiceReport,
): Promise<void> {
  const contact = await findByAddress(ctx, { orgId, channel, address });
  if (contact === null) return;
  const contactId = contact._id;
  if (marketing === "stop") {
    await withdraw(ctx, { orgId, contactId, channel, address, purpose: "marketing" }, "provider");
    return;
  }
  if ((await consentOf(ctx, contactId, channel, "marketing")) === "granted") return;
  const statement = { orgId, contactId, channel, address, purpose: "marketing" as const };
  await grantByPerson(ctx, { ...statement, wording: "preference_yes", source: "provider" });
}

/** The person behind an address is reached at another one too from now on. */
async function applyIdentity(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { from, to }: IdentityReport,
): Promise<void> {
  const contact = await findByAddress(ctx, { orgId, channel: "whatsapp", address: from });
  if (contact !== null) await addAddress(ctx, { orgId, contactId: contact._id, channel: "whatsapp", address: to });
}
