import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { record } from "../../audit/model";
import {
  createTemplate as makeTemplate,
  pageOfTemplates,
  presentTemplate,
  publishVersion,
  requireTemplate,
} from "../../templates/model";
import { once, type Answer } from "../answers/model";
import type { Write } from "../answers/schema";
import { idOf, type ApiCaller } from "../model";
import { pageOf, paginationOf } from "../paging";
import type { ApiNewTemplate, ApiTemplate } from "./schema";

/** A page of templates by name. */
export async function listTemplates(ctx: QueryCtx, { orgId }: ApiCaller, page: { limit: number; cursor?: string }) {
  const result = await pageOfTemplates(ctx, orgId, paginationOf(page));
  return pageOf(await Promise.all(result.page.map(async (row) => shown(await presentTemplate(ctx, row)))), result);
}

/** One template. Throws `not_found`. */
export async function readTemplate(ctx: QueryCtx, { orgId }: ApiCaller, id: string): Promise<ApiTemplate> {
  const templateId = idOf(ctx, "templates", id, "This template does not exist.");
  return shown(await presentTemplate(ctx, await requireTemplate(ctx, orgId, templateId)));
}

/** Makes a template with its first version. Throws `invalid` with the field for a broken placeholder. */
export async function createTemplate(
  ctx: MutationCtx,
  caller: ApiCaller,
  { subject, body, shortBody, layout, variables, ...identity }: ApiNewTemplate,
  write: Write,
): Promise<Answer<ApiTemplate>> {
  return await once(ctx, caller, write, async () => {
    const { orgId, memberId } = caller;
    const templateId = await makeTemplate(ctx, { orgId, ...identity });
    const text = { subject, body, shortBody, layout, variables };
    await publishVersion(ctx, await requireTemplate(ctx, orgId, templateId), text);
    const actor = { kind: "member", memberId } as const;
    await record(ctx, { orgId, actor, action: "template.created", subject: { table: "templates", id: templateId } });
    return { status: 201, body: await readTemplate(ctx, caller, templateId) };
  });
}

function shown({ version, ...row }: Awaited<ReturnType<typeof presentTemplate>>): ApiTemplate {
  const { id, name, category, channelType, businessEntity, locale, isActive, usageCount } = row;
  const template = { id, name, category, channelType, businessEntity, locale, isActive, usageCount };
  if (version === null) return { ...template, version };
  const { number, subject, body, shortBody = null, layout, variables, createdAt } = version;
  return { ...template, version: { number, subject, body, shortBody, layout, variables, createdAt } };
}
