import type { Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { appError } from "../../lib/errors";
import { setActive, type ByMember } from "../../templates/editing/model";
import { NO_TEMPLATE } from "../closedSets";
import { flowOfVersion } from "../model/desk";
import { liveVersionOf, SEQUENCES_LIMIT } from "../model/sequences";
import type { Flow } from "../flow/schema";
import type { SequenceStatus } from "../schema";

/** A journey that names a template. */
export type TemplateUse = {
  templateId: Id<"templates">;
  sequenceId: Id<"sequences">;
  name: string;
  status: SequenceStatus;
  /** Its live version sends it. */
  isLive: boolean;
  /** Its draft names it. */
  isInDraft: boolean;
  /** The steps by name, live ones first. */
  steps: string[];
};

/** Every use of templates by journeys that are not archived; of one template if asked. */
export async function usesOfTemplates(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  only?: Id<"templates">,
): Promise<TemplateUse[]> {
  const uses: TemplateUse[] = [];
  for (const status of ["active", "paused", "draft"] as const) {
    const sequences = await ctx.db
      .query("sequences")
      .withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", status))
      .take(SEQUENCES_LIMIT);
    for (const sequence of sequences) {
      const version = await liveVersionOf(ctx, sequence);
      const draft = await ctx.db
        .query("sequenceDrafts")
        .withIndex("by_sequence", (q) => q.eq("sequenceId", sequence._id))
        .unique();
      const live = version === null ? new Map<Id<"templates">, string[]>() : namedIn(flowOfVersion(version));
      const drafted = draft === null ? new Map<Id<"templates">, string[]>() : namedIn(draft.flow);
      for (const templateId of new Set([...live.keys(), ...drafted.keys()])) {
        if (only !== undefined && only !== templateId) continue;
        const steps = [...new Set([...(live.get(templateId) ?? []), ...(drafted.get(templateId) ?? [])])];
        const { _id: sequenceId, name } = sequence;
        const where = { isLive: live.has(templateId), isInDraft: drafted.has(templateId) };
        uses.push({ templateId, sequenceId, name, status, ...where, steps });
      }
    }
  }
  return uses;
}

function namedIn({ nodes }: Flow): Map<Id<"templates">, string[]> {
  const found = new Map<Id<"templates">, string[]>();
  for (const node of nodes) {
    if (node.kind !== "message" || node.templateId === NO_TEMPLATE) continue;
    found.set(node.templateId, [...(found.get(node.templateId) ?? []), node.name]);
  }
  return found;
}

/**
 * Offers a template no more; messages planned from it, and journeys that run, go on saying it. Throws `conflict` with the
 * names of live journeys that use it unless `anyway`, `not_found`.
 */
export async function archiveTemplate(
  ctx: MutationCtx,
  by: ByMember,
  { templateId, anyway }: { templateId: Id<"templates">; anyway: boolean },
): Promise<void> {
  const live = (await usesOfTemplates(ctx, by.orgId, templateId)).filter(({ isLive }) => isLive);
  if (live.length > 0 && !anyway) {
    const names = live.map(({ name }) => name).join(", ");
    throw appError("conflict", `Journeys use this template: ${names}.`, { field: "templateId" });
  }
  await setActive(ctx, by, { templateId, isActive: false });
}
