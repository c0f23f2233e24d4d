import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import type { Purpose } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { DEFAULT_TOPICS, type Topic } from "./defaults";
import type { LocalText } from "./schema";

/** More topics than this nobody reads through on a preference page. */
const MAX_TOPICS = 40;
const MAX_NAME_CHARS = 80;
const MAX_DESCRIPTION_CHARS = 300;

/** The organisation's topics in their order, archived ones included; the built-in ones until it made its own. */
export async function topicsOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Topic[]> {
  const stored = await ctx.db
    .query("topics")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_TOPICS);
  return stored.length === 0 ? [...DEFAULT_TOPICS] : stored.map(topicOf);
}

/** The topic with this key, archived or not. Throws `invalid` when the organisation has none. */
export async function requireTopic(ctx: QueryCtx, orgId: Id<"organisations">, key: string): Promise<Topic> {
  const topic = (await topicsOf(ctx, orgId)).find((each) => each.key === key);
  if (topic === undefined) throw appError("invalid", "This topic does not exist.", { field: "topic" });
  return topic;
}

/** The topic that stands for a purpose where none is named: the first offered one. Null when there is none. */
export async function topicOfPurpose(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  purpose: Purpose,
): Promise<Topic | null> {
  const topics = await topicsOf(ctx, orgId);
  return topics.find((topic) => topic.purpose === purpose && !topic.isArchived) ?? null;
}

/**
 * Makes or changes a topic; the first change makes the built-in ones the organisation's own. The purpose of a topic
 * never changes: people agreed to it. Throws `invalid` with the field for what cannot be.
 */
export async function saveTopic(
  ctx: MutationCtx,
  { orgId, memberId, ...topic }: Omit<Topic, "order"> & { orgId: Id<"organisations">; memberId: Id<"members"> },
): Promise<void> {
  await ownTopics(ctx, orgId);
  const known = await storedTopic(ctx, orgId, topic.key);
  const checked = checkedTopic(topic, known);
  if (known === null) {
    const all = await topicsOf(ctx, orgId);
    if (all.length >= MAX_TOPICS) throw appError("invalid", `There can be at most ${MAX_TOPICS} topics.`);
    const order = Math.max(0, ...all.map((each) => each.order)) + 1;
    await ctx.db.insert("topics", { orgId, ...checked, order });
  } else {
    await ctx.db.patch("topics", known._id, checked);
  }
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: known === null ? "topic.created" : "topic.changed",
    subject: { table: "topics", id: topic.key },
    details: { name: checked.name.de, isArchived: checked.isArchived },
  });
}

/** Puts the topics into this order; keys that are missing keep their place behind the named ones. */
export async function orderTopics(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  keys: readonly string[],
): Promise<void> {
  await ownTopics(ctx, orgId);
  for (const topic of await topicsOf(ctx, orgId)) {
    const place = keys.indexOf(topic.key);
    const order = place < 0 ? keys.length + topic.order : place + 1;
    const row = await storedTopic(ctx, orgId, topic.key);
    if (row !== null && row.order !== order) await ctx.db.patch("topics", row._id, { order });
  }
}

/** Writes the built-in topics into the organisation's own list, once. */
export async function ownTopics(ctx: MutationCtx, orgId: Id<"organisations">): Promise<void> {
  const first = await ctx.db
    .query("topics")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .first();
  if (first !== null) return;
  for (const topic of DEFAULT_TOPICS) await ctx.db.insert("topics", { orgId, ...topic });
}

function checkedTopic(topic: Omit<Topic, "order">, known: Doc<"topics"> | null): Omit<Topic, "order"> {
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(topic.key)) {
    throw appError("invalid", "A key has lower-case letters, digits, - and _.", { field: "key" });
  }
  if (known !== null && known.purpose !== topic.purpose) {
    throw appError("invalid", "The purpose of a topic stays: people agreed to it.", { field: "purpose" });
  }
  if (topic.channels.length === 0) throw appError("invalid", "Choose at least one channel.", { field: "channels" });
  return {
    ...topic,
    channels: [...new Set(topic.channels)],
    name: checkedText(topic.name, MAX_NAME_CHARS, "name"),
    description: checkedText(topic.description, MAX_DESCRIPTION_CHARS, "description"),
  };
}

// The German text is what every other language falls back to.
function checkedText(text: LocalText, longest: number, field: string): LocalText {
  const trimmed = { de: text.de.trim(), en: text.en.trim(), nl: text.nl.trim() };
  if (trimmed.de === "" && field === "name") {
    throw appError("invalid", "The German name is missing.", { field: `${field}.de` });
  }
  for (const [language, value] of Object.entries(trimmed)) {
    if (value.length <= longest) continue;
    throw appError("invalid", `At most ${longest} characters.`, { field: `${field}.${language}` });
  }
  return trimmed;
}

async function storedTopic(ctx: QueryCtx, orgId: Id<"organisations">, key: string): Promise<Doc<"topics"> | null> {
  return await ctx.db
    .query("topics")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key))
    .unique();
}

function topicOf({ key, name, description, purpose, channels, order, isArchived }: Doc<"topics">): Topic {
  return { key, name, description, purpose, channels, order, isArchived };
}
