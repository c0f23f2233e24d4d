import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import type { Actor } from "../../audit/schema";
import { appError } from "../../lib/errors";
import { CUSTOMER_LANGUAGES, customerLanguage, type CustomerLanguage } from "../../lib/languages";
import {
  DEFAULT_WORDINGS,
  fillWording,
  wordingLabel,
  WORDING_KEYS,
  type WordingBlanks,
  type WordingKey,
} from "./defaults";

/** A wording is a sentence or three; more is a document that nobody reads before agreeing. */
const MAX_WORDING_CHARS = 600;

/** What an entry of the ledger keeps of the words a person was shown. */
export type ShownWording = {
  wordingVersion: string;
  wordingId: Id<"consentWordings">;
  wordingText: string;
};

/** A wording as settings and pages show it. */
export type CurrentWording = {
  key: WordingKey;
  language: CustomerLanguage;
  version: number;
  text: string;
};

/** The newest wording for an occasion, stored or built in (version 1). */
export async function currentWording(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  key: WordingKey,
  locale: string,
): Promise<CurrentWording> {
  const language = customerLanguage(locale);
  const stored = await newest(ctx, orgId, key, language);
  const { version, text } = stored ?? { version: 1, text: DEFAULT_WORDINGS[language][key] };
  return { key, language, version, text };
}

/** Every occasion in every language, newest versions. */
export async function currentWordings(ctx: QueryCtx, orgId: Id<"organisations">): Promise<CurrentWording[]> {
  const all = WORDING_KEYS.flatMap((key) => CUSTOMER_LANGUAGES.map((language) => ({ key, language })));
  return await Promise.all(all.map(({ key, language }) => currentWording(ctx, orgId, key, language)));
}

/** The words to record with a statement: the newest wording with its blanks filled, kept as a version from now on. */
export async function shownWording(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  shown: { key: WordingKey; locale: string; blanks: WordingBlanks },
): Promise<ShownWording> {
  const { key, language, version, text } = await currentWording(ctx, orgId, shown.key, shown.locale);
  const stored = await newest(ctx, orgId, key, language);
  const createdBy: Actor = { kind: "system", name: "wordings" };
  const wordingId =
    stored?._id ?? (await ctx.db.insert("consentWordings", { orgId, key, language, version, text, createdBy }));
  return {
    wordingVersion: wordingLabel(key, language, version),
    wordingId,
    wordingText: fillWording(text, shown.blanks),
  };
}

/**
 * Makes a new version of a wording; the old ones stay as they are. The same text again changes nothing. Throws
 * `invalid` for an empty or overlong text.
 */
export async function publishWording(
  ctx: MutationCtx,
  entry: {
    orgId: Id<"organisations">;
    memberId: Id<"members">;
    key: WordingKey;
    language: CustomerLanguage;
    text: string;
  },
): Promise<void> {
  const { orgId, memberId, key, language } = entry;
  const text = checkedText(entry.text);
  const current = await currentWording(ctx, orgId, key, language);
  if (current.text === text) return;
  const createdBy: Actor = { kind: "member", memberId };
  // Version 1 may only be built in so far: it stays on record, for it was the valid one until now.
  if ((await newest(ctx, orgId, key, language)) === null) {
    const builtIn = { ...current, createdBy: { kind: "system", name: "wordings" } as const };
    await ctx.db.insert("consentWordings", { orgId, ...builtIn });
  }
  const version = current.version + 1;
  await ctx.db.insert("consentWordings", { orgId, key, language, version, text, createdBy });
  await record(ctx, {
    orgId,
    actor: createdBy,
    action: "wording.published",
    subject: { table: "consentWordings", id: wordingLabel(key, language, version) },
  });
}

/** Words of somebody's own for an occasion of their own, such as one sign-up form: `key` says which. */
export type OwnWording = { orgId: Id<"organisations">; key: string; language: CustomerLanguage };

/**
 * Keeps the words of an occasion of one's own as its next version; the same words again are the version there is. The
 * version's number. Throws `invalid` for an empty or overlong text.
 */
export async function keepOwnWording(
  ctx: MutationCtx,
  { orgId, key, language }: OwnWording,
  { text, createdBy }: { text: string; createdBy: Actor },
): Promise<number> {
  const words = checkedText(text);
  const last = await newest(ctx, orgId, key, language);
  if (last?.text === words) return last.version;
  const version = (last?.version ?? 0) + 1;
  await ctx.db.insert("consentWordings", { orgId, key, language, version, text: words, createdBy });
  return version;
}

/** A version of words of one's own, or null when there is none of that number. */
export async function ownWording(
  ctx: QueryCtx,
  { orgId, key, language }: OwnWording,
  version: number,
): Promise<Doc<"consentWordings"> | null> {
  return await ctx.db
    .query("consentWordings")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key).eq("language", language).eq("version", version))
    .unique();
}

/** What the ledger keeps of a version that was shown with its blanks filled. */
export function shownVersion(row: Doc<"consentWordings">, blanks: WordingBlanks): ShownWording {
  return {
    wordingVersion: wordingLabel(row.key, row.language, row.version),
    wordingId: row._id,
    wordingText: fillWording(row.text, blanks),
  };
}

function checkedText(written: string): string {
  const text = written.trim();
  if (text !== "" && text.length <= MAX_WORDING_CHARS) return text;
  throw appError("invalid", `A wording has 1 to ${MAX_WORDING_CHARS} characters.`, { field: "text" });
}

async function newest(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  key: string,
  language: string,
): Promise<Doc<"consentWordings"> | null> {
  return await ctx.db
    .query("consentWordings")
    .withIndex("by_key", (q) => q.eq("orgId", orgId).eq("key", key).eq("language", language))
    .order("desc")
    .first();
}
