import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { withdrawByPerson } from "../../contacts/consents/model/byPerson";
import { suppress } from "../../contacts/suppressions/model";
import { unsubscribeTargetByMail } from "../../delivery/model/unsubscribeLinks";
import { readOptWord } from "../optOut";
import { ownStopWords } from "./ownStopWords";
import { ENDS, tellTeam, withdrawAll, type StoredText } from "./optWords";

/** How a person unsubscribes by e-mail: to the address in List-Unsubscribe (RFC 2369), or with a stop word. */
type MailOptOut = { kind: "none" } | { kind: "address"; target: Doc<"unsubscribeTokens"> } | { kind: "word" };

/** Addresses of one mail that are looked up. */
const MAX_TOKENS = 5;

/** Reads whether a mail unsubscribes. Mail programs send the first kind by themselves, so it counts when automatic too. */
export async function readMailOptOut(
  ctx: QueryCtx,
  mail: { orgId: Id<"organisations">; plusTokens: readonly string[]; text: string; automatic: string | null },
): Promise<MailOptOut> {
  for (const token of mail.plusTokens.slice(0, MAX_TOKENS)) {
    const target = await unsubscribeTargetByMail(ctx, token);
    if (target?.orgId === mail.orgId) return { kind: "address", target };
  }
  if (mail.automatic !== null) return { kind: "none" };
  const word = readOptWord(mail.text, await ownStopWords(ctx, mail.orgId));
  return { kind: word === "stop" ? "word" : "none" };
}

/** The loop guard such a mail counts as: nobody has to answer it. */
export function automaticByMail({ kind }: MailOptOut): string | null {
  return kind === "none" ? null : kind === "address" ? "unsubscribe_mail" : "opt_out_word";
}

/** Does what the mail asks for, once it is stored. */
export async function followMailOptOut(
  ctx: MutationCtx,
  mail: { orgId: Id<"organisations">; address: string; text: string },
  optOut: MailOptOut,
  stored: StoredText,
): Promise<void> {
  const source = `message:${stored.messageId}`;
  if (optOut.kind === "address") {
    const { orgId, contactId, channel, address, purpose, topic, _id } = optOut.target;
    const of = { orgId, contactId, channel, address, purpose, topic, source };
    await withdrawByPerson(ctx, { ...of, wording: "unsubscribe_page", proof: { reference: _id } }, "unsubscribed");
    await tellTeam(ctx, mail, stored, "unsubscribed");
  }
  if (optOut.kind === "word") {
    for (const purpose of ENDS.email) {
      await withdrawAll(ctx, { ...mail, channel: "email", purpose, source }, stored);
      const scope = { orgId: mail.orgId, channel: "email", address: mail.address, purpose } as const;
      await suppress(ctx, { ...scope, reason: "opt_out_word", source });
    }
    await tellTeam(ctx, mail, stored, "stopped");
  }
}
