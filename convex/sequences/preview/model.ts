import type { Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { companyOf } from "../../bookings/model/company";
import { bookingPeopleOf, listBookings, requireBooking } from "../../bookings/model/read";
import { templateValues } from "../../bookings/values";
import { countryOfLocale, normaliseAddress } from "../../contacts/addresses";
import { requireContact, resolveContact } from "../../contacts/model";
import { enqueue } from "../../delivery/model";
import { packSample, type Sample } from "../../delivery/model/outgoing";
import type { MessageContent, Rendered } from "../../delivery/schema";
import type { Channel, Purpose } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { HOUR_MS } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import { newestText, requireTeams } from "../../templates/drafts/model";
import { readDocument } from "../../templates/documents/read";
import { bodyOfDocument, chipsOf } from "../../templates/documents/text";
import { keepImages } from "../../templates/images/model";
import { currentVersion, textIn, type TemplateText } from "../../templates/model";
import { fillForWriting, gapsIn, variablesIn } from "../../templates/variables";
import { chooseZone } from "../timing";
import type { previewTables } from "./schema";

// What a template says to a real person of a real booking, and the same sent to somebody of the team (issue: preview and
// test). Values and words come from where journeys and the sender take them, so that what is seen is what is sent.

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };
type PreviewState = Infer<typeof previewTables.messagePreviews.validator>["state"];

/** How long a preview is kept: it has somebody's data. */
const KEPT_MS = HOUR_MS;
/** A test is worth nothing later. */
const TEST_EXPIRES_MS = HOUR_MS;

export type Question = {
  /** Asked again for the same screen. */
  previewId?: Id<"messagePreviews"> | undefined;
  templateId: Id<"templates">;
  channel: Channel;
  purpose: Purpose;
  /** What is being typed; absent: the published text, else the draft. */
  text?: TemplateText | undefined;
  /** Absent: the next upcoming one. */
  bookingId?: Id<"bookings"> | undefined;
  /** Absent: who booked. */
  contactId?: Id<"contacts"> | undefined;
};

/** Asks for a preview; the row returned shows the answer. Throws `not_found` for what is another organisation's. */
export async function ask(ctx: MutationCtx, by: ByMember, question: Question): Promise<Id<"messagePreviews">> {
  const { orgId, member } = by;
  const { previewId, templateId, channel, purpose } = question;
  const template = await requireTeams(ctx, orgId, templateId);
  const isLive = question.text === undefined && template.currentVersionId !== undefined;
  const versionId = isLive ? template.currentVersionId : undefined;
  const said =
    question.text ?? (isLive ? textIn(await currentVersion(ctx, template)) : await newestText(ctx, template));
  const text = withBody(said);
  const { values, shown, locale } = await subjectOf(ctx, orgId, question);
  const { missing, marks } = gapsOf(text, values, channel);
  const known = previewId === undefined ? null : await ctx.db.get("messagePreviews", previewId);
  const isOwn = known !== null && known.orgId === orgId && known.memberId === member._id;
  const asked = isOwn ? known.asked + 1 : 1;
  const at = Date.now();
  const state: PreviewState = isOwn ? known.state : { kind: "waiting" };
  const sample = await packSample(ctx, orgId, { channel, purpose, locale, values, text, template });
  const images = Object.keys(sample.template.images ?? {});
  const about = { orgId, memberId: member._id, templateId, channel, versionId };
  const row = { ...about, asked, images, values, missing, shown, state, at };
  const id = isOwn ? known._id : await ctx.db.insert("messagePreviews", row);
  if (isOwn) await ctx.db.replace("messagePreviews", id, row);
  else await ctx.scheduler.runAfter(KEPT_MS, internal.sequences.preview.jobs.forget, { previewId: id });
  const render = internal.sequences.preview.nodeJobs.render;
  await ctx.scheduler.runAfter(0, render, { previewId: id, asked, sample, marks });
  return id;
}

/** What a text with a document says to channels that know none, as it will be once it is published. */
function withBody(text: TemplateText): TemplateText {
  const read = text.document === undefined ? null : readDocument(text.document);
  if (read?.ok !== true) return text;
  const chips = chipsOf(read.blocks).filter(({ name }) => !text.variables.some((variable) => variable.name === name));
  return { ...text, body: bodyOfDocument(read.blocks), variables: [...text.variables, ...chips] };
}

/** Whose data is shown: a person of a booking, else nobody's. */
async function subjectOf(ctx: QueryCtx, orgId: Id<"organisations">, { bookingId, contactId }: Question) {
  const org = await requireOrg(ctx, orgId);
  const booking = bookingId === undefined ? await nextBooking(ctx, orgId) : await requireBooking(ctx, orgId, bookingId);
  const people = booking === null ? [] : await bookingPeopleOf(ctx, booking._id);
  const person = people.find((each) => each.contactId === contactId) ?? people[0];
  if (booking === null || person === undefined) {
    return { values: { organisation: org.name }, shown: { person: "" }, locale: undefined };
  }
  const contact = await requireContact(ctx, orgId, person.contactId);
  const { zone } = chooseZone(booking.location, person.timezone ?? contact.timezone, org.timezone);
  return {
    values: templateValues({
      contact,
      booking,
      people: await companyOf(ctx, booking, contact),
      organisation: org,
      zone,
    }),
    shown: { bookingId: booking._id, person: contact.name, title: booking.title },
    locale: contact.locale,
  };
}

async function nextBooking(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"bookings"> | null> {
  const page = { cursor: null, numItems: 1 };
  return (await listBookings(ctx, orgId, { view: "upcoming" }, page, Date.now())).page[0] ?? null;
}

/** The variables that would leave a gap, and values that show where. */
function gapsOf({ subject, body, shortBody, variables }: TemplateText, values: Sample["values"], channel: Channel) {
  const said = channel === "email" ? `${subject}\n${body}` : (shortBody ?? body);
  const declared = new Set(variables.map(({ name }) => name));
  const all = [
    ...variables,
    ...variablesIn(said)
      .filter((name) => !declared.has(name))
      .map((name) => ({ name, fallback: "" })),
  ];
  const missing = gapsIn(fillForWriting(said, values, all));
  return { missing, marks: Object.fromEntries(missing.map((name) => [name, `⟦${name}⟧`])) };
}

/** The answer to a question, unless a later one was asked or nobody waits any more. */
export async function answer(
  ctx: MutationCtx,
  previewId: Id<"messagePreviews">,
  asked: number,
  state: PreviewState,
): Promise<void> {
  const row = await ctx.db.get("messagePreviews", previewId);
  if (row?.asked === asked) await ctx.db.patch("messagePreviews", previewId, { state });
}

/** Deletes a preview that was not asked for within the hour. Returns when to look again, UTC ms, or null. */
export async function forget(ctx: MutationCtx, previewId: Id<"messagePreviews">, now: number): Promise<number | null> {
  const row = await ctx.db.get("messagePreviews", previewId);
  if (row === null) return null;
  if (row.at + KEPT_MS > now) return row.at + KEPT_MS;
  await ctx.db.delete("messagePreviews", previewId);
  return null;
}

/** One's own preview; null once it is gone. */
export async function previewOf(
  ctx: QueryCtx,
  { orgId, member }: ByMember,
  previewId: Id<"messagePreviews">,
): Promise<Doc<"messagePreviews"> | null> {
  const row = await ctx.db.get("messagePreviews", previewId);
  return row?.orgId === orgId && row.memberId === member._id ? row : null;
}

/**
 * Sends what a preview shows to an address of the team's, through the queue like any message. Throws `not_found` for a
 * preview that is gone, `conflict` while it is being made, `invalid` for an address that cannot be read.
 */
export async function sendTest(
  ctx: MutationCtx,
  by: ByMember,
  { previewId, to, key }: { previewId: Id<"messagePreviews">; to: string; key: string },
): Promise<Id<"messageQueue">> {
  const { orgId, member } = by;
  const preview = await previewOf(ctx, by, previewId);
  if (preview === null) throw appError("not_found", "This preview is gone.");
  const { channel, templateId, state } = preview;
  if (state.kind !== "ready") throw appError("conflict", "The preview is not ready yet.");
  const { locale } = await requireOrg(ctx, orgId);
  const address = normaliseAddress(channel, to, countryOfLocale(locale));
  if (address === null) throw appError("invalid", "This address cannot be read.", { field: "to" });
  const isMail = channel === "email";
  const contact = await resolveContact(ctx, { orgId, ...(isMail ? { email: address } : { phone: address }) });
  const { queueId } = await enqueue(ctx, {
    orgId,
    lane: "transactional",
    channel,
    contactId: contact._id,
    to: { [channel]: address },
    purpose: "transactional",
    source: { kind: "test", templateId, memberId: member._id },
    content: contentOf(preview, state.rendered),
    dueAt: Date.now(),
    expiresAt: Date.now() + TEST_EXPIRES_MS,
    idempotencyKey: `test:${member._id}:${key}`,
  });
  await keepImages(ctx, orgId, preview.images ?? []);
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "templates", id: templateId };
  await record(ctx, { orgId, actor, action: "template.test_sent", subject, details: { channel } });
  return queueId;
}

// WhatsApp sends a published text by its registration, outside its 24 hours; everything else goes as it was seen.
function contentOf({ channel, versionId, values }: Doc<"messagePreviews">, rendered: Rendered): MessageContent {
  if (channel === "whatsapp" && versionId !== undefined) {
    return { kind: "template", templateVersionId: versionId, values };
  }
  return { kind: "finished", ...rendered, fileIds: [] };
}
