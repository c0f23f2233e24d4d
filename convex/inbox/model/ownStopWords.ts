import type { Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import { MAX_OWN_WORDS, MAX_WORD_CHARS, ownWordProblem, plainWords } from "../optOut";

const PROBLEMS: Record<NonNullable<ReturnType<typeof ownWordProblem>>, string> = {
  empty: "has no letters",
  too_long: `is longer than three words or ${MAX_WORD_CHARS} characters`,
  built_in: "ends messages already",
  other_meaning: "is a word with another meaning",
};

/** The organisation's own words that end messages, as plain lower-case words; empty when it has none. */
export async function ownStopWords(ctx: QueryCtx, orgId: Id<"organisations">): Promise<string[]> {
  return (await storedWords(ctx, orgId))?.words ?? [];
}

/**
 * Replaces the organisation's own stop words. They are kept plain and once each. Throws `invalid` (field "words") for a
 * word that means something else, that is built in, or is no word, and for too many.
 */
export async function setOwnStopWords(
  ctx: MutationCtx,
  { orgId, memberId, words }: { orgId: Id<"organisations">; memberId: Id<"members">; words: readonly string[] },
): Promise<void> {
  if (words.length > MAX_OWN_WORDS) throw appError("invalid", `At most ${MAX_OWN_WORDS} words.`, { field: "words" });
  for (const word of words) {
    const problem = ownWordProblem(word);
    if (problem === null) continue;
    throw appError("invalid", `"${word.slice(0, MAX_WORD_CHARS)}" ${PROBLEMS[problem]}.`, { field: "words" });
  }
  const plain = [...new Set(words.map(plainWords))];
  const stored = await storedWords(ctx, orgId);
  if (stored === null) await ctx.db.insert("stopWords", { orgId, words: plain });
  else await ctx.db.patch("stopWords", stored._id, { words: plain });
  await record(ctx, {
    orgId,
    actor: { kind: "member", memberId },
    action: "consent.stop_words_changed",
    subject: { table: "organisations", id: orgId },
    details: { words: plain.join(", ") },
  });
}

async function storedWords(ctx: QueryCtx, orgId: Id<"organisations">) {
  return await ctx.db
    .query("stopWords")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}
