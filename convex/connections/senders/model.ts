import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import type { Channel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { findTeam } from "../../orgs/teams/model";
import { connectionsFor } from "../model";
import { aliasProblem, domainOf, MAX_ALIASES, senderOf, sendersOf, tidyAliases, type Sender } from "./rules";
import type { SenderAliases } from "./schema";

/** A sender with the account that writes from it. */
export type OfferedSender = Sender<Id<"teams">> & { connectionId: Id<"connections"> };

/** What messages of a channel may come from over the accounts that are switched on, in their order; each address once. */
export async function sendersOn(ctx: QueryCtx, orgId: Id<"organisations">, channel: Channel): Promise<OfferedSender[]> {
  const enabled = (await connectionsFor(ctx, orgId, channel)).filter(({ isEnabled }) => isEnabled);
  const all = enabled.flatMap((account) => sendersOf(account).map((each) => ({ ...each, connectionId: account._id })));
  return all.filter(({ address }, index) => all.findIndex((other) => other.address === address) === index);
}

/** Every address mail leaves from, switched off accounts included: own addresses are no recipients. */
export async function mailSenders(ctx: QueryCtx, orgId: Id<"organisations">): Promise<string[]> {
  const accounts = await connectionsFor(ctx, orgId, "email");
  return accounts.flatMap((account) => sendersOf(account).map(({ address }) => address));
}

/** True when an account may write from that address or number. */
export function canSendAs(connection: Doc<"connections">, address: string): boolean {
  return senderOf(connection, address) !== null;
}

const MESSAGES = {
  address: "This is no e-mail address.",
  domain: "Only addresses of the account's own domain ({domain}) may be used.",
  twice: "This address is there twice.",
  name: "Give it a short name without < > and quotation marks.",
  many: `An account has room for ${MAX_ALIASES} addresses.`,
  channel: "Only mail accounts have further addresses.",
} as const;

/**
 * Sets the further addresses of a mail account (all of them anew). Throws `invalid` with the field at fault
 * (`senders.0.domain`): no address, another domain than the account's, twice, too many; `not_found` for another
 * organisation's team.
 */
export async function setSenders(
  ctx: MutationCtx,
  member: Doc<"members">,
  connection: Doc<"connections">,
  aliases: SenderAliases,
): Promise<void> {
  const senders = tidyAliases(aliases);
  const found = aliasProblem(connection, senders);
  if (found !== null) {
    const domain = domainOf(String(connection.settings.fromAddress ?? ""));
    const message = MESSAGES[found.problem].replace("{domain}", domain);
    throw appError("invalid", message, { field: `senders.${found.index}.${found.problem}` });
  }
  const { orgId, _id } = connection;
  for (const teamId of new Set(senders.flatMap(({ teamIds }) => teamIds))) {
    if ((await findTeam(ctx, orgId, teamId)) === null) throw appError("not_found", "This team does not exist.");
  }
  await ctx.db.patch("connections", _id, { senders });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId: member._id },
    action: "connection.senders_set",
    subject: { table: "connections", id: _id },
    details: { addresses: senders.map(({ address }) => address).join(", ") },
  });
}
