import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import { appError } from "../../../lib/errors";
import { requireOrg } from "../../../orgs/model";
import { requireContact } from "../../model";
import type { AddressChannel } from "../../schema";
import { requireTopic } from "../../topics/model";
import { CHANNEL_NAMES } from "../../wordings/defaults";
import { shownWording } from "../../wordings/model";
import { customerLanguage } from "../../../lib/languages";
import { recordConsent } from "../model";
import type { LegalBasis } from "../schema";

const MAX_REASON_CHARS = 500;

/** What a member says about a person's consent. */
export type MemberStatement = {
  orgId: Id<"organisations">;
  member: Doc<"members">;
  contactId: Id<"contacts">;
  channel: AddressChannel;
  topic: string;
  state: "granted" | "withdrawn" | "denied";
  basis: LegalBasis;
  /** How the member knows: required, it is the proof. */
  reason: string;
  /** Number of the sale, of the form, of the call. */
  evidence?: string;
};

/**
 * Records what a person told a member, about one topic and channel. Throws `invalid` without a reason, for a channel the
 * topic does not offer, and for an existing customer without the sale it goes back to (§ 7(3) UWG no. 1).
 */
export async function recordByMember(ctx: MutationCtx, statement: MemberStatement): Promise<Id<"consents">> {
  const { orgId, member, contactId, channel, state, basis } = statement;
  const contact = await requireContact(ctx, orgId, contactId);
  const topic = await requireTopic(ctx, orgId, statement.topic);
  const reason = statement.reason.trim();
  const evidence = statement.evidence?.trim();
  if (reason === "" || reason.length > MAX_REASON_CHARS) {
    throw appError("invalid", "Say how you know, in a sentence.", { field: "reason" });
  }
  if (!topic.channels.includes(channel)) {
    throw appError("invalid", "This topic is not offered by this channel.", { field: "channel" });
  }
  if (state === "granted" && basis === "existing_customer" && !evidence) {
    throw appError("invalid", "Name the sale this customer relation comes from.", { field: "evidence" });
  }
  const org = await requireOrg(ctx, orgId);
  const locale = contact.locale ?? org.locale;
  const language = customerLanguage(locale);
  const blanks = { org: org.name, topic: topic.name[language], channel: CHANNEL_NAMES[language][channel] };
  const actor = { kind: "member", memberId: member._id } as const;
  const consentId = await recordConsent(ctx, {
    orgId,
    contactId,
    channel,
    purpose: topic.purpose,
    topic: topic.key,
    state,
    basis: state === "granted" ? basis : undefined,
    ...(await shownWording(ctx, orgId, { key: "agent_record", locale, blanks })),
    source: "agent",
    actor,
    proof: evidence ? { evidence } : undefined,
    reason,
  });
  const subject = { table: "contacts", id: contactId };
  await record(ctx, {
    orgId,
    actor,
    action: "consent.recorded",
    subject,
    details: { state, channel, topic: topic.key },
  });
  return consentId;
}
