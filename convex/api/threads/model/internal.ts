import type { MutationCtx } from "../../../_generated/server";
import { beginDiscussion, beginInternalTicket } from "../../../inbox/internal/model";
import { changeThread } from "../../../inbox/model/fields";
import { ownThread, requireThread } from "../../../inbox/model/rows";
import { randomToken } from "../../../lib/crypto";
import { once, type Answer } from "../../answers/model";
import type { Write } from "../../answers/schema";
import { actingMember, type ApiCaller } from "../../model";
import { accountsNamed, assign, memberById, teamById, viewOf } from "../model";
import type { ApiNewInternalThread, ApiThread } from "../schema";

/** Opens a conversation of the team's. Throws `invalid` or `not_found` with the field. */
export async function createInternalThread(
  ctx: MutationCtx,
  caller: ApiCaller,
  asked: ApiNewInternalThread,
  write: Write,
): Promise<Answer<ApiThread>> {
  return await once(ctx, caller, write, async () => {
    const { orgId } = caller;
    const by = { orgId, member: await actingMember(ctx, caller) };
    const { tags, externalReferences, attributes, assigneeId } = asked;
    const threadId = await begin(ctx, by, asked);
    const isDiscussion = asked.channel === "internal_comment";
    await changeThread(ctx, by, threadId, {
      ...(await accountsNamed(ctx, orgId, asked)),
      ...(isDiscussion ? { threadType: asked.type, priority: asked.priority } : {}),
      tags,
      externalReferences,
      attributes,
    });
    await assign(ctx, by.member, await ownThread(ctx, orgId, threadId), { assigneeId });
    return { status: 201, body: await viewOf(ctx, await requireThread(ctx, orgId, threadId)) };
  });
}

type By = Parameters<typeof beginDiscussion>[1];

async function begin(ctx: MutationCtx, by: By, asked: ApiNewInternalThread) {
  const { orgId } = by;
  const { subject, order, orders = order === undefined ? [] : [order], teamId, type: threadType, priority } = asked;
  const team = teamId === undefined ? null : (await teamById(ctx, orgId, teamId))._id;
  const beginning = { subject, orders, teamId: team, clientId: `api:${randomToken()}` };
  if (asked.channel === "internal_ticket") {
    const { category, message } = asked;
    return await beginInternalTicket(ctx, by, {
      ...beginning,
      text: message?.text ?? "",
      threadType,
      priority,
      category,
    });
  }
  const memberIds = [];
  for (const id of asked.memberIds) memberIds.push((await memberById(ctx, orgId, id, "memberIds"))._id);
  return await beginDiscussion(ctx, by, { ...beginning, text: asked.message.text, memberIds });
}
