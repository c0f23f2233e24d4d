import type { Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireMemberOf } from "../../orgs/model";
import { requireTemplate, requireVersion } from "../../templates/model";
import { fillLine } from "../../templates/variables";
import { shortText, summaryOf } from "../content";
import type { MessageContent, MessageSource } from "../schema";

type Labelled = { orgId: Id<"organisations">; source: MessageSource; content: MessageContent };

/** What the queue shows of a message: its subject, and what it comes from. Throws `not_found` for foreign templates. */
export async function labelsOf(
  ctx: QueryCtx,
  { orgId, source, content }: Labelled,
): Promise<{ subject: string; sourceLabel: string }> {
  if (content.kind === "finished") {
    return { subject: summaryOf(content.subject, content.text), sourceLabel: await sourceLabelOf(ctx, orgId, source) };
  }
  const version = await requireVersion(ctx, orgId, content.templateVersionId);
  const template = await requireTemplate(ctx, orgId, version.templateId);
  const subject = fillLine(version.subject, content.values, version.variables);
  return { subject: summaryOf(subject, shortText(version, content.values)), sourceLabel: template.name };
}

async function sourceLabelOf(ctx: QueryCtx, orgId: Id<"organisations">, source: MessageSource): Promise<string> {
  if (source.kind === "system") return source.name;
  if (source.kind === "api") return source.keyName;
  if (source.kind === "sequence") return source.stepId;
  const memberId = ctx.db.normalizeId("members", source.memberId);
  return memberId === null ? "agent" : (await requireMemberOf(ctx, orgId, memberId)).displayName;
}
