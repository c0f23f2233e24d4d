import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { countryOfLocale } from "../../contacts/addresses";
import type { BusinessEntity } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { listMembers } from "../../orgs/model";
import { listRules } from "../assignment/model/rules";
import { removeResponse } from "../autoResponses/model";
import { hasThreadsIn } from "../model/rows";
import { listRules as listSortingRules } from "../sorting/model/rules";
import { SENT_AS, type ChannelKind } from "../../connections/channels/sets";
import {
  changeChannelRow,
  channelsAt,
  createChannel,
  deleteChannel,
  listChannels,
  requireConnection,
} from "../../connections/model";
import { channelAddress, channelProblem, type ChannelEntry } from "./rules";

/** Beyond what one team answers; every screen lists them all. */
const MAX_CHANNELS = 50;

/** What an admin enters about a channel. */
export type ChannelFields = ChannelEntry & {
  /** The account its answers go through while it is healthy; null: the router's choice. */
  connectionId: Id<"connections"> | null;
  businessEntity: BusinessEntity;
};

type Stored = Pick<Doc<"channels">, "channelName" | "address" | "connectionId" | "responseSlaHours" | "businessEntity">;

/** What is different of a channel, for the audit trail. */
export type ChannelChanges = { [name in keyof Stored]?: string | number | null };

/**
 * Sets up an inbox channel, switched on. Throws `invalid` with the field at fault, `conflict` for an address that another
 * channel of the type receives at, or when there are too many.
 */
export async function addChannel(
  ctx: MutationCtx,
  org: Doc<"organisations">,
  channelType: ChannelKind,
  fields: ChannelFields,
): Promise<Id<"channels">> {
  if ((await listChannels(ctx, org._id)).length >= MAX_CHANNELS) {
    throw appError("conflict", `A workspace has room for ${MAX_CHANNELS} channels.`);
  }
  const stored = await checked(ctx, org, channelType, fields);
  return await createChannel(ctx, { orgId: org._id, channelType, isActive: true, ...stored });
}

/** Changes a channel; its type stays. Returns what is different now; null is what it has no longer. Throws like `addChannel`. */
export async function changeChannel(
  ctx: MutationCtx,
  org: Doc<"organisations">,
  channel: Doc<"channels">,
  fields: ChannelFields,
): Promise<ChannelChanges> {
  const stored = await checked(ctx, org, channel.channelType, fields);
  await requireFree(ctx, channel, stored.address);
  const changes = changesOf(channel, stored);
  if (Object.keys(changes).length > 0) await changeChannelRow(ctx, channel._id, stored);
  return changes;
}

/**
 * Switches a channel on or off. One that is off is offered for nothing and answers nothing by itself; what still arrives
 * is kept in it, for nobody who writes knows of the switch.
 */
export async function setChannelActive(ctx: MutationCtx, channel: Doc<"channels">, isActive: boolean): Promise<void> {
  await changeChannelRow(ctx, channel._id, { isActive });
}

/**
 * Removes a channel that was never used, with its automatic answer. Throws `conflict` when a conversation lies in it, or
 * a rule or a member's view names it: it is to be switched off instead, or let go of first.
 */
export async function removeChannel(ctx: MutationCtx, channel: Doc<"channels">): Promise<void> {
  const user = await userOf(ctx, channel);
  if (user !== null) throw appError("conflict", user, { field: "channelId" });
  await removeResponse(ctx, channel._id);
  await deleteChannel(ctx, channel._id);
}

async function userOf(ctx: QueryCtx, { _id, orgId }: Doc<"channels">): Promise<string | null> {
  if (await hasThreadsIn(ctx, orgId, _id)) return "There are conversations in it. Switch it off instead.";
  const rules = [...(await listRules(ctx, orgId)), ...(await listSortingRules(ctx, orgId))];
  const rule = rules.find(({ conditions }) => conditions.channelId === _id);
  if (rule !== undefined) return `The rule “${rule.name}” names it.`;
  const member = (await listMembers(ctx, orgId)).find(({ scope }) => scope?.channelIds.includes(_id) === true);
  return member === undefined ? null : `What ${member.displayName} sees is narrowed to it: change that first.`;
}

function changesOf(before: Stored, after: Stored): ChannelChanges {
  const names = ["channelName", "address", "connectionId", "responseSlaHours", "businessEntity"] as const;
  const changed = names.filter((name) => before[name] !== after[name]);
  return Object.fromEntries(changed.map((name) => [name, after[name] ?? null]));
}

async function checked(
  ctx: MutationCtx,
  org: Doc<"organisations">,
  type: Doc<"channels">["channelType"],
  fields: ChannelFields,
): Promise<Stored> {
  const address = channelAddress(type, fields.address, countryOfLocale(org.locale));
  const problem = channelProblem(type, fields, address);
  if (problem !== null) throw appError("invalid", problem.message, { field: problem.field });
  await requireFitting(ctx, org._id, type, fields.connectionId);
  return {
    channelName: fields.channelName.trim(),
    address: address ?? undefined,
    connectionId: fields.connectionId ?? undefined,
    responseSlaHours: fields.responseSlaHours ?? undefined,
    businessEntity: fields.businessEntity === "all" ? undefined : fields.businessEntity,
  };
}

async function requireFitting(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  type: Doc<"channels">["channelType"],
  connectionId: Id<"connections"> | null,
): Promise<void> {
  if (connectionId === null) return;
  const { channel } = await requireConnection(ctx, orgId, connectionId);
  if (channel !== SENT_AS[type]) {
    throw appError("invalid", "This account does not send what the channel needs.", { field: "connectionId" });
  }
}

async function requireFree(ctx: MutationCtx, channel: Doc<"channels">, address: string | undefined): Promise<void> {
  if (address === undefined || address === channel.address) return;
  const others = (await channelsAt(ctx, address)).filter(({ channelType }) => channelType === channel.channelType);
  if (others.length > 0) {
    throw appError("conflict", `${address} belongs to another channel already.`, { field: "address" });
  }
}
