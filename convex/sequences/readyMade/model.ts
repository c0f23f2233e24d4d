import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { createTemplate, findTeamTemplate, publishVersion, requireTemplate } from "../../templates/model";
import { create } from "../drafts/model";
import { flowOf, type ReadyTemplate, templatesOf, titleOf } from "./build";
import type { ReadyMadeKind } from "./kinds";
import type { Language } from "./shape";

/**
 * Begins a ready-made journey as a draft with its templates (product.md B-06). Templates of the same name that can be sent
 * are used again, as the team has them by now. Throws `invalid` when there are too many journeys.
 */
export async function createReadyMade(
  ctx: MutationCtx,
  by: { orgId: Id<"organisations">; member: Doc<"members"> },
  { kind, language }: { kind: ReadyMadeKind; language: Language },
): Promise<Id<"sequences">> {
  const templateIds = new Map<string, Id<"templates">>();
  for (const template of templatesOf(kind, language)) {
    templateIds.set(template.key, await templateFor(ctx, by.orgId, template));
  }
  return await create(ctx, by, { ...titleOf(kind, language), flow: flowOf(kind, language, templateIds) });
}

async function templateFor(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  { name, locale, subject, body, shortBody, layout, variables }: ReadyTemplate,
): Promise<Id<"templates">> {
  const known = await findTeamTemplate(ctx, orgId, name);
  if (known !== null && known.isActive && known.channelType === "any" && known.currentVersionId !== undefined) {
    return known._id;
  }
  const fields = { category: "follow_up", channelType: "any", businessEntity: "all" } as const;
  const templateId = await createTemplate(ctx, { orgId, name, locale, ...fields });
  const template = await requireTemplate(ctx, orgId, templateId);
  await publishVersion(ctx, template, { subject, body, shortBody, layout, variables });
  return templateId;
}
