import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { channelFor, getConnection } from "../../connections/model";
import { connectionTables } from "../../connections/schema";
import { requireContact } from "../../contacts/model";
import { suppressionOf } from "../../contacts/suppressions/model";
import { requireFile } from "../../files/model";
import { vChannel, vPurpose } from "../../lib/closedSets";
import { reasonOf } from "../../lib/log";
import { requireOrg } from "../../orgs/model";
import { vBrand } from "../../orgs/schema";
import { mailBrandOf } from "../../templates/brands/model";
import { vMailBrand } from "../../templates/brands/schema";
import { imagesIn } from "../../templates/images/model";
import { requireTemplate, requireVersion, type TemplateText } from "../../templates/model";
import { vEmailLayout, vTemplateVariable } from "../../templates/schema";
import { wantsUnsubscribe } from "../headers";
import { keyOf, SIMPLIFIED } from "../model";
import type { WhatsAppTemplate } from "../providers/types";
import {
  vCopies,
  vFromWish,
  vMessageContent,
  vSourceKind,
  vThreading,
  type Copies,
  type MessageContent,
} from "../schema";
import { settingsOf } from "../settings/model";
import { vChannelSettings, type Settings } from "../settings/schema";
import { whatsappFormFor } from "../windows/model";

const vAttachment = v.object({
  storageId: v.id("_storage"),
  name: v.string(),
  contentType: v.string(),
  sizeBytes: v.number(),
  contentId: v.optional(v.string()),
});

const vWhatsAppTemplate = v.object({
  name: v.string(),
  language: v.string(),
  providerTemplateId: v.optional(v.string()),
  bodyValues: v.array(v.string()),
});

const vTemplateText = v.object({
  subject: v.string(),
  body: v.string(),
  shortBody: v.optional(v.string()),
  layout: vEmailLayout,
  /** Tiptap JSON text, and where its pictures lie by file. */
  document: v.optional(v.string()),
  images: v.optional(v.record(v.string(), v.string())),
  variables: v.array(vTemplateVariable),
  locale: v.string(),
  /** Of the business entity it speaks for; absent: the organisation's. */
  brand: v.optional(vMailBrand),
});

/** What names one attempt: the message and which of its attempts. */
export const vAttemptKey = { queueId: v.id("messageQueue"), attempt: v.number() };
export type AttemptKey = { queueId: Id<"messageQueue">; attempt: number };

/** What the sending action needs for one attempt; what many share is in the parcel beside it. */
export const vOutgoing = v.object({
  ...vAttemptKey,
  orgId: v.id("organisations"),
  connectionId: v.id("connections"),
  /** When the attempt began, UTC ms by the database's clock. */
  startedAt: v.number(),
  /** Milliseconds for which the attempt still belongs to the action. */
  leaseMs: v.number(),
  /** BCP 47: the person's; absent = the organisation's. */
  locale: v.optional(v.string()),
  /** An agent's name under an answer. */
  signature: v.optional(v.string()),
  channel: vChannel,
  purpose: vPurpose,
  sourceKind: vSourceKind,
  /** The key of the message, not of the try. */
  idempotencyKey: v.string(),
  address: v.string(),
  /** Instead of the account's own. */
  from: v.optional(vFromWish),
  contactName: v.string(),
  content: vMessageContent,
  /** Outside WhatsApp's 24 hours: the approved template that goes instead of the text. */
  whatsappTemplate: v.optional(vWhatsAppTemplate),
  /** A provider refused it as it was: as plain text this time. */
  isSimplified: v.boolean(),
  threading: v.optional(vThreading),
  /** Those that may be written to now. */
  copies: v.optional(vCopies),
  /** Where the organisation receives mail, for messages with an unsubscribe address. */
  mailbox: v.optional(v.string()),
  attachments: v.array(vAttachment),
});
export type Outgoing = Infer<typeof vOutgoing>;

const vConnection = v.object({
  _id: v.id("connections"),
  _creationTime: v.number(),
  ...connectionTables.connections.validator.fields,
});

/** Messages for the sending action, with what they share. Secrets are still encrypted. */
export const vParcel = v.object({
  /** The database's clock: an action's own may differ. */
  now: v.number(),
  messages: v.array(vOutgoing),
  connections: v.array(vConnection),
  orgs: v.array(
    v.object({
      orgId: v.id("organisations"),
      locale: v.string(),
      brand: v.object({ name: v.string(), ...vBrand.fields }),
      channelSettings: vChannelSettings,
    }),
  ),
  templates: v.array(v.object({ versionId: v.id("templateVersions"), template: vTemplateText })),
  /** What cannot be sent because something it is made of is gone. */
  broken: v.array(v.object({ ...vAttemptKey, reason: v.string() })),
});
export type Parcel = Infer<typeof vParcel>;

/** A message nobody sends: what a template would say to somebody, with all it takes to set it. */
export const vSample = v.object({
  channel: vChannel,
  purpose: vPurpose,
  /** BCP 47: the person's. */
  locale: v.optional(v.string()),
  values: v.record(v.string(), v.string()),
  org: vParcel.fields.orgs.element,
  template: vTemplateText,
});
export type Sample = Infer<typeof vSample>;

/** Puts a sample together as messages of the organisation are put together when they are sent. */
export async function packSample(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { text, template, ...sample }: Omit<Sample, "org" | "template"> & { text: TemplateText; template: Doc<"templates"> },
): Promise<Sample> {
  const org = await packOrg(readDirectly(ctx), orgId);
  return { ...sample, template: await packText(ctx, template, text), org };
}

/** Where rows that many messages share are read: once, if the caller has them at hand. */
export type Shared = {
  contact(orgId: Id<"organisations">, contactId: Id<"contacts">): Promise<Doc<"contacts">>;
  desk(orgId: Id<"organisations">): Promise<{ org: Doc<"organisations">; settings: Settings }>;
  connection(connectionId: Id<"connections">): Promise<Doc<"connections"> | null>;
};

function readDirectly(ctx: QueryCtx): Shared {
  return {
    contact: (orgId, contactId) => requireContact(ctx, orgId, contactId),
    desk: async (orgId) => ({ org: await requireOrg(ctx, orgId), settings: await settingsOf(ctx, orgId) }),
    connection: (connectionId) => getConnection(ctx, connectionId),
  };
}

/** The attempts that are still the action's to send: not dealt with by recovery, lease not yet over. */
export async function loadParcel(ctx: QueryCtx, attempts: readonly AttemptKey[]): Promise<Parcel> {
  const rows: Doc<"messageQueue">[] = [];
  for (const { queueId, attempt } of attempts) {
    const row = await ctx.db.get("messageQueue", queueId);
    if (row?.state.kind === "sending" && row.state.attempt === attempt) rows.push(row);
  }
  return await packParcel(ctx, readDirectly(ctx), rows);
}

/** Everything needed to send messages that are claimed. One that cannot be packed does not keep the others back. */
export async function packParcel(ctx: QueryCtx, shared: Shared, rows: readonly Doc<"messageQueue">[]): Promise<Parcel> {
  const now = Date.now();
  const templates = new Map<Id<"templateVersions">, Infer<typeof vTemplateText>>();
  const messages: Outgoing[] = [];
  const broken: Parcel["broken"] = [];
  for (const row of rows) {
    try {
      const message = await packOne(ctx, shared, row, now);
      const versionId = message.content.kind === "template" ? message.content.templateVersionId : null;
      if (versionId !== null && !templates.has(versionId)) {
        templates.set(versionId, await packTemplate(ctx, row.orgId, versionId));
      }
      messages.push(message);
    } catch (thrown) {
      broken.push({ queueId: row._id, attempt: row.attemptCount, reason: reasonOf(thrown) });
    }
  }
  const connectionIds = unique(messages.map(({ connectionId }) => connectionId));
  const connections = await Promise.all(connectionIds.map((connectionId) => shared.connection(connectionId)));
  return {
    now,
    messages,
    connections: connections.filter((connection) => connection !== null),
    orgs: await Promise.all(unique(messages.map(({ orgId }) => orgId)).map((orgId) => packOrg(shared, orgId))),
    templates: [...templates].map(([versionId, template]) => ({ versionId, template })),
    broken,
  };
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

async function packOne(ctx: QueryCtx, shared: Shared, row: Doc<"messageQueue">, now: number): Promise<Outgoing> {
  const { _id: queueId, orgId, routedChannel: channel, purpose, address, connectionId, source, state } = row;
  const body = await ctx.db.get("messageBodies", row.bodyId);
  const isRouted = connectionId !== undefined && channel !== undefined && address !== undefined;
  if (!isRouted || body === null || state.kind !== "sending") {
    throw new Error(`Message ${queueId} is being sent without a route or a body.`);
  }
  const contact = await shared.contact(orgId, row.contactId);
  const isSimplified = row.simplifiedFrom !== undefined && row.simplifiedFrom <= state.attempt;
  const { content, threading } = body;
  return {
    queueId,
    attempt: state.attempt,
    orgId,
    connectionId,
    startedAt: state.startedAt,
    leaseMs: state.leaseUntil - now,
    locale: contact.locale,
    signature: source.kind === "agent" ? row.sourceLabel : undefined,
    channel,
    purpose,
    sourceKind: source.kind,
    idempotencyKey: `${keyOf(row)}${isSimplified ? SIMPLIFIED : ""}`,
    address,
    from: row.from,
    contactName: contact.name,
    content,
    whatsappTemplate: channel === "whatsapp" ? await whatsappTemplate(ctx, shared, row, content, now) : undefined,
    isSimplified,
    threading: row.messageId === undefined ? threading : { references: [], messageId: row.messageId, ...threading },
    copies: content.kind === "finished" ? await permittedCopies(ctx, row, content.copies) : undefined,
    mailbox: wantsUnsubscribe({ channel, purpose, sourceKind: source.kind })
      ? (await channelFor(ctx, orgId, "email_outlook"))?.address
      : undefined,
    attachments: content.kind === "finished" ? await packAttachments(ctx, orgId, content.fileIds) : [],
  };
}

// Whom we must not write to gets no copy either (design rule 7): the addressee was checked when the route was chosen.
async function permittedCopies(
  ctx: QueryCtx,
  { orgId, purpose }: Doc<"messageQueue">,
  copies: Copies | undefined,
): Promise<Copies | undefined> {
  if (copies === undefined) return undefined;
  const permitted = async (addresses: readonly string[]) => {
    const rows = addresses.map((address) => suppressionOf(ctx, { orgId, channel: "email", address, purpose }));
    const found = await Promise.all(rows);
    return addresses.filter((_, index) => found[index] === null);
  };
  return { to: await permitted(copies.to), cc: await permitted(copies.cc), bcc: await permitted(copies.bcc) };
}

// Asked again as it was asked when the connection was chosen, in the same transaction or a moment later.
async function whatsappTemplate(
  ctx: QueryCtx,
  shared: Shared,
  row: Doc<"messageQueue">,
  content: MessageContent,
  now: number,
): Promise<WhatsAppTemplate | undefined> {
  const { orgId, contactId, connectionId, state } = row;
  const connection = connectionId === undefined ? null : await shared.connection(connectionId);
  if (connection === null) return undefined;
  const contact = await shared.contact(orgId, contactId);
  const locale = contact.locale ?? (await shared.desk(orgId)).org.locale;
  const isKnownClosed = state.kind === "sending" && state.route?.inputs.whatsappTemplate !== undefined;
  const about = { orgId, contactId, connection, content, locale, now, isKnownClosed };
  const form = await whatsappFormFor(ctx, about);
  return form.kind === "template" ? form.template : undefined;
}

async function packOrg(shared: Shared, orgId: Id<"organisations">): Promise<Parcel["orgs"][number]> {
  const { org, settings } = await shared.desk(orgId);
  const { channelSettings } = settings;
  return { orgId, locale: org.locale, brand: { imprint: [], ...org.brand, name: org.name }, channelSettings };
}

async function packTemplate(ctx: QueryCtx, orgId: Id<"organisations">, versionId: Id<"templateVersions">) {
  const version = await requireVersion(ctx, orgId, versionId);
  return await packText(ctx, await requireTemplate(ctx, orgId, version.templateId), version);
}

async function packText(ctx: QueryCtx, { orgId, locale, businessEntity }: Doc<"templates">, text: TemplateText) {
  const { subject, body, shortBody, layout, document, variables } = text;
  const images = await imagesIn(ctx, orgId, document);
  const brand = (await mailBrandOf(ctx, orgId, businessEntity)) ?? undefined;
  return { subject, body, shortBody, layout, document, images, variables, locale, brand };
}

async function packAttachments(ctx: QueryCtx, orgId: Id<"organisations">, fileIds: Id<"files">[]) {
  const files = await Promise.all(fileIds.map((fileId) => requireFile(ctx, orgId, fileId)));
  return files.map(({ storageId, name, contentType, sizeBytes, contentId }) => ({
    storageId,
    name,
    contentType,
    sizeBytes,
    contentId,
  }));
}
