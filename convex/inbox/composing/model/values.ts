import type { Doc } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { primaryAddress, requireContact } from "../../../contacts/model";

type Writer = { org: Pick<Doc<"organisations">, "_id" | "name">; member: Pick<Doc<"members">, "displayName"> };

/**
 * What the variables of a text stand for in a conversation by itself: its person, its number and order, who writes.
 * Names without a value are absent. What the person booked is known to `bookings/writing`.
 */
export async function threadValues(
  ctx: QueryCtx,
  { org, member }: Writer,
  { contactId, number, subject, orderRef }: Doc<"threads">,
): Promise<Record<string, string>> {
  const contact = contactId === undefined ? null : await requireContact(ctx, org._id, contactId);
  const phone = contact === null ? null : await primaryAddress(ctx, contact._id, "sms");
  const email = contact === null ? null : await primaryAddress(ctx, contact._id, "email");
  const named: Record<string, string | undefined> = {
    name: contact?.name,
    firstName: contact?.firstName,
    lastName: contact?.lastName,
    email: email?.address,
    phone: phone?.address,
    threadNumber: String(number),
    subject,
    orderNumber: orderRef,
    agentName: member.displayName,
    organisation: org.name,
  };
  return Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
