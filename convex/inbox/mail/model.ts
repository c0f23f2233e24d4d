import type { Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import type { MailNote } from "../../intake/email/notes";
import { requireOrg } from "../../orgs/model";
import { noteText } from "./noteTexts";

/** Notes of one mail told; a mail of a hundred disguised files needs no hundred lines. */
const MAX_TOLD = 10;

/** Says in the conversation what was out of the ordinary about a mail; only the team reads it. */
export async function tellMailNotes(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
  notes: readonly MailNote[],
): Promise<void> {
  if (notes.length === 0) return;
  const { locale } = await requireOrg(ctx, orgId);
  for (const note of notes.slice(0, MAX_TOLD)) {
    await ctx.db.insert("messages", {
      orgId,
      threadId,
      messageType: "system_notification",
      sender: { kind: "system", name: "mail" },
      recipients: [],
      text: noteText(locale, note),
      fileIds: [],
      isAutomatic: true,
      at: Date.now(),
    });
  }
}
