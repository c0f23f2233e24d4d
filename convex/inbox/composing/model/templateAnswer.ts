import type { Doc } from "../../../_generated/dataModel";
import type { QueryCtx } from "../../../_generated/server";
import { shortText } from "../../../delivery/content";
import type { MessageContent } from "../../../delivery/schema";
import { appError } from "../../../lib/errors";
import { currentVersion, requireTemplate } from "../../../templates/model";
import type { NewReply } from "../../model/reply";
import { windowOf } from "../model";

/** What an answer says that goes out as a template, and how delivery is told; null: it is words of one's own. */
export type TemplateAnswer = { text: string; content: Extract<MessageContent, { kind: "template" }> };

/**
 * The template of an answer. Throws `not_found` for one the writer may not use, `invalid` with the field for values on a
 * channel without such templates and for a missing one.
 */
export async function chosenTemplate(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  { orgId, member, templateId, values, fileIds = [] }: NewReply,
): Promise<TemplateAnswer | null> {
  const template = templateId === undefined ? null : await requireTemplate(ctx, orgId, templateId, member._id);
  if (values === undefined) return null;
  if (template === null || thread.channel !== "whatsapp" || fileIds.length > 0) {
    throw appError("invalid", "Only WhatsApp has templates with values, and they take no files.", { field: "values" });
  }
  const version = await currentVersion(ctx, template);
  const known = version.variables.map(({ name, fallback }) => [name, values[name]?.trim() || fallback.trim()] as const);
  const missing = known.find(([, value]) => value === "");
  if (missing !== undefined) {
    throw appError("invalid", `Fill in “${missing[0]}” first.`, { field: `values.${missing[0]}` });
  }
  const given = Object.fromEntries(known);
  const text = shortText(version, given);
  return { text, content: { kind: "template", templateVersionId: version._id, values: given } };
}

/**
 * Refuses words of one's own that would leave after WhatsApp's 24 hours: the provider would take them and deliver nothing
 * (product.md 2.4 no. 35). Throws `invalid`.
 */
export async function checkWindow(
  ctx: QueryCtx,
  thread: Doc<"threads">,
  { at, isTemplate }: { at: number; isTemplate: boolean },
): Promise<void> {
  if (isTemplate) return;
  const window = await windowOf(ctx, thread);
  if (window === null || window.until === null || at < window.until) return;
  const message = "On WhatsApp only approved templates may be sent 24 hours after the customer's last message.";
  throw appError("invalid", message, { field: "text" });
}
