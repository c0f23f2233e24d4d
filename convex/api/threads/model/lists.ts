import type { Id } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { ownChannelAt } from "../../../connections/model";
import { countryOfLocale } from "../../../contacts/addresses";
import { requireContact } from "../../../contacts/model";
import { channelAddress } from "../../../inbox/channels/rules";
import type { ThreadFilter } from "../../../inbox/filters";
import { pageOfChanged, pageOfOrder } from "../../../inbox/model/followed";
import { pageOfContactThreads } from "../../../inbox/model/lists";
import { pageOfThreads } from "../../../inbox/model/ranges";
import { pageOfAccount } from "../../../inbox/ofAccount/model";
import type { ChannelType, ThreadChannel } from "../../../lib/closedSets";
import { appError } from "../../../lib/errors";
import { requireOrg } from "../../../orgs/model";
import { accountIdOf } from "../../accounts/model";
import { actingMember, idOf, type ApiCaller } from "../../model";
import { pageOf, paginationOf } from "../../paging";
import { memberById, teamById, viewOf } from "../model";

// The lists of conversations that the API answers.

type Page = { limit: number; cursor?: string };
type Asked = Page &
  Omit<ThreadFilter, "accountId" | "assigneeId" | "channelId" | "teamId" | "threadType" | "isUnread" | "order"> & {
    type?: ThreadFilter["threadType"];
    assigneeId?: string;
    teamId?: string;
    mailbox?: string;
    updatedSince?: number;
    order?: string;
    contactId?: string;
    organizationId?: string;
  };

/**
 * A page of conversations, newest activity first: a view of the inbox, one person's, one organisation's, an order's; or,
 * the longest unchanged first, what changed since an instant.
 */
export async function listThreads(ctx: QueryCtx, caller: ApiCaller, asked: Asked) {
  const result = await threadsAsked(ctx, caller, asked);
  return pageOf(await Promise.all(result.page.map((thread) => viewOf(ctx, thread))), result);
}

async function threadsAsked(
  ctx: QueryCtx,
  caller: ApiCaller,
  { limit, cursor, contactId, organizationId, order, ...asked }: Asked,
) {
  const { orgId } = caller;
  const paginationOpts = paginationOf({ limit, cursor });
  const member = await actingMember(ctx, caller);
  if (organizationId !== undefined) {
    return await pageOfAccount(ctx, await accountIdOf(ctx, orgId, organizationId, "organizationId"), paginationOpts);
  }
  if (contactId !== undefined) {
    const contact = await requireContact(ctx, orgId, idOf(ctx, "contacts", contactId, "This contact does not exist."));
    return await pageOfContactThreads(ctx, contact._id, paginationOpts);
  }
  if (order !== undefined) return await pageOfOrder(ctx, { orgId, member }, order, paginationOpts);
  const { type: threadType, assigneeId, teamId, mailbox, updatedSince, view, ...fields } = asked;
  const wanted = {
    ...fields,
    threadType,
    assigneeId: assigneeId === undefined ? undefined : (await memberById(ctx, orgId, assigneeId))._id,
    teamId: teamId === undefined ? undefined : (await teamById(ctx, orgId, teamId))._id,
    channelId: mailbox === undefined ? undefined : await mailboxAt(ctx, orgId, { text: mailbox, on: fields.channel }),
  };
  if (updatedSince !== undefined) {
    return await pageOfChanged(ctx, { orgId, member }, { ...wanted, since: updatedSince }, paginationOpts);
  }
  return await pageOfThreads(ctx, { orgId, member }, { ...wanted, view, paginationOpts });
}

/** What conversations on a channel lie in. */
const MAILBOX_TYPES = { email: "email_outlook", sms: "sms", whatsapp: "whatsapp_business" } as const satisfies Partial<
  Record<ThreadChannel, ChannelType>
>;

/** The mailbox at an address or number, on that channel if one is named. Throws `not_found`, `invalid` for several. */
async function mailboxAt(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { text, on }: { text: string; on: ThreadChannel | undefined },
): Promise<Id<"channels">> {
  const country = countryOfLocale((await requireOrg(ctx, orgId)).locale);
  const found: Id<"channels">[] = [];
  for (const [channel, type] of Object.entries(MAILBOX_TYPES)) {
    const address = on === undefined || on === channel ? channelAddress(type, text, country) : null;
    const mailbox = address === null ? null : await ownChannelAt(ctx, orgId, address, type);
    if (mailbox !== null) found.push(mailbox._id);
  }
  const [first, ...others] = found;
  if (first === undefined) throw appError("not_found", "None of your mailboxes is there.", { field: "mailbox" });
  if (others.length === 0) return first;
  throw appError("invalid", "Several channels share this number: name the channel too.", { field: "channel" });
}
