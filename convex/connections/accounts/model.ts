import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { Channel } from "../../lib/closedSets";
import { encryptSecret } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { accountProblems, completeSettings, type Settings } from "../account";
import { removeDomainHealth } from "../domainHealth/model";
import { connectionsFor, createConnection, listChannels, secretsOf } from "../model";
import type { Check, Provider } from "../schema";

const MAX_NAME_LENGTH = 80;
/** Beyond what any provider sells to one account. */
const MAX_RATE = 1_000;
const MAX_WEIGHT = 100;

/** What somebody entered about a provider account. */
export type AccountFields = {
  name: string;
  settings: Settings;
  /** New values only: a stored secret that is not named stays, an empty one goes. */
  secrets: Record<string, string>;
  ratePerSecond: number;
  priceMicros: number;
  weight: number;
};

/**
 * Sets up a provider account from its form. Throws `invalid` with the first field at fault (`settings.host`,
 * `secrets.apiKey` …).
 */
export async function addAccount(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  channel: Channel,
  provider: Provider,
  fields: AccountFields,
): Promise<Id<"connections">> {
  requireSound({ provider, channel, storedSecrets: [], ...fields });
  const { name, secrets, ratePerSecond, priceMicros, weight } = fields;
  const settings = completeSettings(provider, fields.settings);
  const rest = { name: name.trim(), ratePerSecond, priceMicros, weight };
  const connectionId = await createConnection(ctx, { orgId, channel, provider, settings, ...rest });
  await storeSecrets(ctx, connectionId, secrets);
  return connectionId;
}

/** Changes a provider account; secrets that are not named stay as they are. Throws like `addAccount`. */
export async function changeAccount(
  ctx: MutationCtx,
  connection: Doc<"connections">,
  fields: AccountFields,
): Promise<void> {
  const { provider, channel } = connection;
  const stored = await secretsOf(connection);
  requireSound({ provider, channel, storedSecrets: Object.keys(stored), ...fields });
  const { name, secrets, ratePerSecond, priceMicros, weight } = fields;
  const settings = completeSettings(provider, fields.settings);
  // What the last check said was about the old settings.
  const changes = { name: name.trim(), settings, ratePerSecond, priceMicros, weight, check: undefined };
  await ctx.db.patch("connections", connection._id, changes);
  await storeSecrets(ctx, connection._id, { ...stored, ...secrets });
}

function requireSound(form: Parameters<typeof accountProblems>[0] & AccountFields): void {
  const { name, ratePerSecond, priceMicros, weight } = form;
  const [problem] = [
    ...(name.trim() === "" || name.length > MAX_NAME_LENGTH
      ? [{ field: "name", message: "Give it a short name." }]
      : []),
    ...(ratePerSecond > 0 && ratePerSecond <= MAX_RATE
      ? []
      : [{ field: "ratePerSecond", message: "More than nothing." }]),
    ...(priceMicros >= 0 ? [] : [{ field: "priceMicros", message: "A price is not below zero." }]),
    ...(weight > 0 && weight <= MAX_WEIGHT ? [] : [{ field: "weight", message: `Between 1 and ${MAX_WEIGHT}.` }]),
    ...accountProblems(form),
  ];
  if (problem !== undefined) throw appError("invalid", problem.message, { field: problem.field });
}

async function storeSecrets(ctx: MutationCtx, connectionId: Id<"connections">, secrets: Record<string, string>) {
  const given = Object.entries(secrets).filter(([, value]) => value !== "");
  const encryptedSecrets =
    given.length === 0 ? undefined : await encryptSecret(JSON.stringify(Object.fromEntries(given)));
  await ctx.db.patch("connections", connectionId, { encryptedSecrets });
}

/** Switches an account on or off. Messages wait or go another way while it is off. */
export async function setEnabled(ctx: MutationCtx, connection: Doc<"connections">, isEnabled: boolean): Promise<void> {
  await ctx.db.patch("connections", connection._id, { isEnabled });
}

/** Puts the accounts of a channel in the given order. Throws `conflict` when the list is not the channel's. */
export async function reorder(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  channel: Channel,
  connectionIds: Id<"connections">[],
): Promise<void> {
  const known = await connectionsFor(ctx, orgId, channel);
  const isSame = known.length === connectionIds.length && known.every(({ _id }) => connectionIds.includes(_id));
  if (!isSame) throw appError("conflict", "The list of connections changed meanwhile.", { field: "connectionIds" });
  for (const [index, connectionId] of connectionIds.entries()) {
    await ctx.db.patch("connections", connectionId, { order: index + 1 });
  }
}

/** Removes an account for good. Its messages that still wait go another way; what went through it stays recorded. */
export async function removeAccount(ctx: MutationCtx, connection: Doc<"connections">): Promise<void> {
  const channels = await listChannels(ctx, connection.orgId);
  for (const { _id, connectionId } of channels) {
    if (connectionId === connection._id) await ctx.db.patch("channels", _id, { connectionId: undefined });
  }
  await removeDomainHealth(ctx, connection._id);
  await ctx.db.delete("connections", connection._id);
}

/** Records what the provider said when it was asked whether the account works. */
export async function recordCheck(ctx: MutationCtx, connectionId: Id<"connections">, check: Check): Promise<void> {
  // Removed while it was asked: nobody waits for the answer any more.
  if ((await ctx.db.get("connections", connectionId)) !== null)
    await ctx.db.patch("connections", connectionId, { check });
}
