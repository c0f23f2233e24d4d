import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { requireMemberOf } from "../../orgs/model";
import { requireTemplate, requireVersion } from "../../templates/model";
import { remember } from "../../lib/remember";
import { fillLine } from "../../templates/variables";
import { shortText, summaryOf } from "../content";
import type { MessageContent, MessageSource } from "../schema";

type Labelled = { orgId: Id<"organisations">; source: MessageSource; content: MessageContent };

type Text = { version: Doc<"templateVersions">; template: Doc<"templates"> };

/** Versions of templates with their templates, read once for many messages. */
export class LabelTexts {
  private readonly texts = new Map<string, Promise<Text>>();

  /** Throws `not_found` for what is another organisation's. */
  async of(ctx: QueryCtx, orgId: Id<"organisations">, versionId: Id<"templateVersions">): Promise<Text> {
    const read = async () => {
      const version = await requireVersion(ctx, orgId, versionId);
      return { version, template: await requireTemplate(ctx, orgId, version.templateId) };
    };
    const key = `${orgId}:${versionId}`;
    return await remember(this.texts, key, read);
  }
}

/** What the queue shows of a message: its subject, and what it comes from. Throws `not_found` for foreign templates. */
export async function labelsOf(
  ctx: QueryCtx,
  { orgId, source, content }: Labelled,
  texts: LabelTexts,
): Promise<{ subject: string; sourceLabel: string }> {
  if (content.kind === "finished") {
    return { subject: summaryOf(content.subject, content.text), sourceLabel: await sourceLabelOf(ctx, orgId, source) };
  }
  const { version, template } = await texts.of(ctx, orgId, content.templateVersionId);
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
