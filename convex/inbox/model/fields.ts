import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { requireAccount } from "../../contacts/accounts/model";
import { changedAttributes } from "../../contacts/fields/model";
import type { AttributeChange } from "../../contacts/fields/rules";
import { emitIfWanted } from "../../events/model";
import { appError } from "../../lib/errors";
import { MAX_ORDER_CHARS } from "../../lib/orderNumbers";
import { MAX_ORDERS, readOrders } from "../references/orders";
import { routeClassified } from "../assignment/model/route";
import { MAX_REFERENCES, readReferences, REFERENCE_NAME } from "../references/pairs";
import { patchThread, requireThread } from "./rows";

const MAX_SUBJECT_CHARS = 998; // RFC 5322 2.1.1
const MAX_TAGS = 50;
const MAX_TAG_CHARS = 60;

/** What assignment rules look at and members say. */
const ROUTING_FIELDS: readonly string[] = ["threadType", "priority", "tags"];

/** What a member may say of a thread besides its status and who does it. `null` takes an organisation away. */
export type ThreadFields = Partial<
  Pick<Doc<"threads">, "subject" | "threadType" | "priority" | "tags" | "externalReferences">
> & {
  /** All of them; the first one counts where there is room for one. */
  orders?: readonly string[];
  /** By key; null takes one away, what is absent stays. */
  attributes?: AttributeChange;
  customerAccountId?: Id<"accounts"> | null;
  partnerAccountId?: Id<"accounts"> | null;
};

/**
 * Changes what a thread says of itself; one that is nobody's goes by the rules for what it is now. Tags are trimmed and
 * kept once each. Throws `invalid` with the field for what is too long or no value, `not_found` for another
 * organisation's thread.
 */
export async function changeThread(
  ctx: MutationCtx,
  { orgId, member }: { orgId: Id<"organisations">; member: Doc<"members"> },
  threadId: Id<"threads">,
  { orders, attributes, customerAccountId, partnerAccountId, ...fields }: ThreadFields,
): Promise<Doc<"threads">> {
  const thread = await requireThread(ctx, orgId, threadId);
  const wanted = {
    ...fields,
    ...(fields.subject === undefined ? {} : { subject: checkSubject(fields.subject) }),
    ...(fields.tags === undefined ? {} : { tags: checkTags(fields.tags) }),
    ...(fields.externalReferences === undefined
      ? {}
      : { externalReferences: checkReferences(fields.externalReferences) }),
    ...(attributes === undefined ? {} : { attributes: await checkAttributes(ctx, thread, attributes) }),
    ...(orders === undefined ? {} : checkOrders(orders)),
    ...(customerAccountId === undefined ? {} : { customerAccountId: await ownAccount(ctx, orgId, customerAccountId) }),
    ...(partnerAccountId === undefined ? {} : { partnerAccountId: await ownAccount(ctx, orgId, partnerAccountId) }),
  };
  const changed = Object.entries(wanted).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(thread[name as keyof typeof wanted]),
  );
  if (changed.length === 0) return thread;
  const after = await patchThread(ctx, thread, Object.fromEntries(changed));
  if (changed.some(([name]) => name === "threadType" || name === "priority")) {
    const subject = { threadId: thread._id, contactId: thread.contactId };
    await emitIfWanted(ctx, { orgId, kind: "thread.classified", subject, payload: { by: member._id } });
  }
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "thread.changed",
    subject: { table: "threads", id: thread._id },
    details: { fields: changed.map(([name]) => name).join(", ") },
  });
  const isSortedAnew = changed.some(([name]) => ROUTING_FIELDS.includes(name));
  return isSortedAnew ? await routeClassified(ctx, after, member._id) : after;
}

async function ownAccount(ctx: QueryCtx, orgId: Id<"organisations">, accountId: Id<"accounts"> | null) {
  return accountId === null ? undefined : (await requireAccount(ctx, orgId, accountId))._id;
}

/** References as a conversation keeps them. Throws `invalid` for names or values that cannot be kept. */
function checkReferences(typed: Record<string, string>): Record<string, string> {
  const read = readReferences(typed);
  if (read.ok) return read.references;
  const message = `At most ${MAX_REFERENCES} references with short names and values (${read.problem}).`;
  throw appError("invalid", message, { field: "externalReferences" });
}

async function checkAttributes(
  ctx: QueryCtx,
  { orgId, attributes: known = {} }: Doc<"threads">,
  change: AttributeChange,
) {
  const wrong = Object.keys(change).find((key) => !REFERENCE_NAME.test(key));
  if (wrong !== undefined) throw appError("invalid", `"${wrong}" is no name.`, { field: "attributes" });
  const next = await changedAttributes(ctx, orgId, { known, change, subject: "thread" });
  return Object.keys(next).length === 0 ? undefined : next;
}

/** Orders as a conversation keeps them. Throws `invalid` for too many or too long ones. */
export function checkOrders(asked: readonly string[]): Pick<Doc<"threads">, "orderRef" | "moreOrders"> {
  const orders = readOrders(asked);
  if (orders === null) {
    const message = `At most ${MAX_ORDERS} orders of ${MAX_ORDER_CHARS} characters each.`;
    throw appError("invalid", message, { field: "orders" });
  }
  const [orderRef, ...moreOrders] = orders;
  return { orderRef, moreOrders: moreOrders.length === 0 ? undefined : moreOrders };
}

/** A subject without outer blanks. Throws `invalid` for one that is empty or longer than mail allows. */
export function checkSubject(text: string): string {
  const subject = text.trim();
  if (subject !== "" && subject.length <= MAX_SUBJECT_CHARS) return subject;
  throw appError("invalid", `A subject has 1 to ${MAX_SUBJECT_CHARS} characters.`, { field: "subject" });
}

/** Tags without blanks, once each. Throws `invalid` for too many or too long ones. */
export function checkTags(tags: readonly string[]): string[] {
  const known = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ""))];
  if (known.length <= MAX_TAGS && known.every((tag) => tag.length <= MAX_TAG_CHARS)) return known;
  throw appError("invalid", `At most ${MAX_TAGS} tags of ${MAX_TAG_CHARS} characters each.`, { field: "tags" });
}
