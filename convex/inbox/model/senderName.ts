import type { Doc } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireContact } from "../../contacts/model";
import { requireMemberOf } from "../../orgs/model";

/** Who a message is from, as people call them. */
export async function senderName(ctx: QueryCtx, { orgId, sender }: Doc<"messages">): Promise<string> {
  switch (sender.kind) {
    case "member":
      return (await requireMemberOf(ctx, orgId, sender.memberId)).displayName;
    case "contact":
      return (await requireContact(ctx, orgId, sender.contactId)).name;
    case "system":
      return sender.name;
  }
}
