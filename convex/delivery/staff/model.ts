import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { staffContact } from "../../contacts/staff/model";
import { enqueue } from "../model";
import type { Lane } from "../schema";

/** A mail of the workspace itself to somebody of its team. */
export type StaffMail = {
  orgId: Id<"organisations">;
  email: string;
  /** How the queue calls the recipient. */
  name: string;
  /** What the mail is of, as the source is named in the queue: "notifications", "alerts", "invitations". */
  about: string;
  lane: Lane;
  subject: string;
  text: string;
  dueAt: number;
  expiresAt?: number;
  /** The same key twice is one mail. */
  idempotencyKey: string;
};

/** Queues a mail to somebody of the team. It goes the way every message goes, but makes no contact of them. */
export async function mailStaff(ctx: MutationCtx, mail: StaffMail): Promise<Id<"messageQueue">> {
  const { orgId, email, name, about, subject, text, ...rest } = mail;
  const { queueId } = await enqueue(ctx, {
    ...rest,
    orgId,
    channel: "email",
    contactId: await staffContact(ctx, { orgId, email, name }),
    to: { email },
    purpose: "service",
    source: { kind: "system", name: about },
    content: { kind: "finished", subject, text, fileIds: [] },
  });
  return queueId;
}
