import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { appError } from "../../lib/errors";
import type { Problem } from "../flow/problems";
import { EMPTY_FLOW, type Flow } from "../flow/schema";
import { figuresOf } from "../model/figures";
import { flowOfVersion } from "../model/desk";
import { createSequence, liveVersionOf, problemsIn, requireSequence, SEQUENCES_LIMIT } from "../model/sequences";
import { settingsOf } from "../settings/model/read";
import { publishVersion } from "../publishing/model/publish";
import type { SequenceStatus } from "../schema";
import type { Choices } from "../sweeps/schema";
import { requireMemberOf } from "../../orgs/model";
import { applyEdits, type Refusal } from "./edits";
import type { Edit } from "./schema";

const MAX_NAME_CHARS = 120;
const MAX_DESCRIPTION_CHARS = 500;
/** Half of what one document may hold (convex limits: 1 MiB), so that a draft can always be published. */
const MAX_FLOW_CHARS = 400_000;
/** What one call may change: a paste of a whole journey is one change. */
export const MAX_EDITS = 50;

/** Who changes something. */
type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

async function draftOf(ctx: QueryCtx, sequenceId: Id<"sequences">): Promise<Doc<"sequenceDrafts"> | null> {
  return await ctx.db
    .query("sequenceDrafts")
    .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId))
    .unique();
}

/** What the builder shows: the draft, or the live journey where there is none, with all its problems. */
export type BuilderView = {
  id: Id<"sequences">;
  name: string;
  description: string;
  status: SequenceStatus;
  versionNumber: number | null;
  flow: Flow;
  /** 0 while there is no draft. */
  revision: number;
  draft: { updatedAt: number; updatedByName: string } | null;
  problems: Problem[];
};

/** The journey as it is being made. Throws `not_found`. */
export async function builderView(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  sequenceId: Id<"sequences">,
): Promise<BuilderView> {
  const sequence = await requireSequence(ctx, orgId, sequenceId);
  const version = await liveVersionOf(ctx, sequence);
  const draft = await draftOf(ctx, sequenceId);
  const flow = draft?.flow ?? liveFlow(version);
  const { _id, name, description, status } = sequence;
  return {
    id: _id,
    name,
    description,
    status,
    versionNumber: version?.number ?? null,
    flow,
    revision: draft?.revision ?? 0,
    draft: draft && {
      updatedAt: draft.updatedAt,
      updatedByName: (await requireMemberOf(ctx, orgId, draft.updatedBy)).displayName,
    },
    problems: await problemsIn(ctx, orgId, flow, await settingsOf(ctx, sequenceId)),
  };
}

function liveFlow(version: Doc<"sequenceVersions"> | null): Flow {
  return version === null ? EMPTY_FLOW : flowOfVersion(version);
}

/** A page of the journeys, newest first, with how many people are inside. */
export async function listPage(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  { status, paginationOpts }: { status?: SequenceStatus | undefined; paginationOpts: PaginationOptions },
) {
  const rows = ctx.db.query("sequences").withIndex("by_org_status", (q) => {
    const ofOrg = q.eq("orgId", orgId);
    return status === undefined ? ofOrg : ofOrg.eq("status", status);
  });
  const result = await rows.order("desc").paginate(paginationOpts);
  return { ...result, page: await Promise.all(result.page.map((sequence) => rowOf(ctx, sequence))) };
}

async function rowOf(ctx: QueryCtx, sequence: Doc<"sequences">) {
  const version = await liveVersionOf(ctx, sequence);
  const draft = await draftOf(ctx, sequence._id);
  const { _id, name, description, status } = sequence;
  return {
    id: _id,
    name,
    description,
    status,
    versionNumber: version?.number ?? null,
    stepCount: (draft?.flow ?? liveFlow(version)).nodes.length,
    hasDraft: draft !== null,
    figures: (await figuresOf(ctx, _id)).total,
  };
}

/**
 * A new journey: empty, with the steps of `flow`, or as another one stands, its draft included. Throws `invalid` with the
 * field.
 */
export async function create(
  ctx: MutationCtx,
  by: ByMember,
  fields: { name: string; description: string; copyOf?: Id<"sequences"> | undefined; flow?: Flow },
): Promise<Id<"sequences">> {
  const { name, description } = checkedNames(fields);
  await checkRoom(ctx, by.orgId);
  const from = fields.copyOf === undefined ? null : await requireSequence(ctx, by.orgId, fields.copyOf);
  const sourceIds = from?.sourceIds ?? [];
  const sequenceId = await createSequence(ctx, { orgId: by.orgId, name, description, sourceIds });
  const flow = from === null ? (fields.flow ?? EMPTY_FLOW) : await newestFlow(ctx, from);
  await insertDraft(ctx, by, sequenceId, { flow, revision: 1 });
  await audit(ctx, by, "sequence.created", sequenceId, from === null ? {} : { copyOf: from._id });
  return sequenceId;
}

/** What is being made of a journey, or what is live where nothing is. */
export async function newestFlow(ctx: QueryCtx, sequence: Doc<"sequences">): Promise<Flow> {
  return (await draftOf(ctx, sequence._id))?.flow ?? liveFlow(await liveVersionOf(ctx, sequence));
}

async function checkRoom(ctx: QueryCtx, orgId: Id<"organisations">): Promise<void> {
  let count = 0;
  for (const status of ["draft", "active", "paused"] as const) {
    const rows = await ctx.db
      .query("sequences")
      .withIndex("by_org_status", (q) => q.eq("orgId", orgId).eq("status", status))
      .take(SEQUENCES_LIMIT - count);
    count += rows.length;
  }
  if (count >= SEQUENCES_LIMIT) {
    throw appError("invalid", `There can be ${SEQUENCES_LIMIT} sequences that are not archived.`, { field: "name" });
  }
}

function checkedNames(fields: { name: string; description: string }): { name: string; description: string } {
  const [name, description] = [fields.name.trim(), fields.description.trim()];
  const invalid = (field: string, message: string) => appError("invalid", message, { field });
  if (name === "") throw invalid("name", "Give the sequence a name.");
  if (name.length > MAX_NAME_CHARS) throw invalid("name", `A name may have ${MAX_NAME_CHARS} characters.`);
  if (description.length > MAX_DESCRIPTION_CHARS) {
    throw invalid("description", `The description may have ${MAX_DESCRIPTION_CHARS} characters.`);
  }
  return { name, description };
}

async function insertDraft(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  sequenceId: Id<"sequences">,
  fields: Pick<Doc<"sequenceDrafts">, "flow" | "revision" | "baseVersionId">,
): Promise<void> {
  const by = { updatedBy: member._id, updatedAt: Date.now() };
  await ctx.db.insert("sequenceDrafts", { orgId, sequenceId, ...fields, ...by });
}

/** New words for a journey; they are no part of its versions. */
export async function rename(
  ctx: MutationCtx,
  by: ByMember,
  fields: { sequenceId: Id<"sequences">; name: string; description: string },
): Promise<void> {
  const sequence = await requireSequence(ctx, by.orgId, fields.sequenceId);
  const { name, description } = checkedNames(fields);
  if (name === sequence.name && description === sequence.description) return;
  await ctx.db.patch("sequences", sequence._id, { name, description });
  await audit(ctx, by, "sequence.renamed", sequence._id, { from: sequence.name, to: name });
}

/**
 * Carries changes out on the newest revision, all or none, and returns the new one. A draft begins as the live version.
 * Throws `conflict` with the step when somebody has taken away meanwhile what they are about.
 */
export async function edit(
  ctx: MutationCtx,
  by: ByMember,
  { sequenceId, edits }: { sequenceId: Id<"sequences">; edits: readonly Edit[] },
): Promise<number> {
  const sequence = await requireSequence(ctx, by.orgId, sequenceId);
  if (sequence.status === "archived") throw appError("invalid", "An archived sequence is not changed any more.");
  if (edits.length > MAX_EDITS) throw appError("invalid", `At most ${MAX_EDITS} changes at once.`, { field: "edits" });
  const draft = await draftOf(ctx, sequenceId);
  const version = draft === null ? await liveVersionOf(ctx, sequence) : null;
  const edited = applyEdits(draft?.flow ?? liveFlow(version), edits);
  if (edited.flow === null) throw refusalError(edited.refusal);
  const { flow } = edited;
  if (JSON.stringify(flow).length > MAX_FLOW_CHARS) throw appError("invalid", "This sequence has become too long.");
  if (draft === null) {
    await insertDraft(ctx, by, sequenceId, { flow, revision: 1, baseVersionId: sequence.liveVersionId });
    await audit(ctx, by, "sequence.draft_started", sequenceId, { version: version?.number ?? null });
    return 1;
  }
  const revision = draft.revision + 1;
  const updated = { updatedBy: by.member._id, updatedAt: Date.now() };
  await ctx.db.patch("sequenceDrafts", draft._id, { flow, revision, ...updated });
  return revision;
}

function refusalError({ reason, stepId }: Refusal) {
  const field = stepId ?? "flow";
  if (reason === "gone") return appError("conflict", "Somebody has taken this step away meanwhile.", { field });
  if (reason === "taken") return appError("conflict", "This step is there already.", { field });
  return appError("invalid", "A sequence may have 200 steps.", { field: "flow" });
}

/** The draft if it still is at `revision`. Throws `not_found` without one, `conflict` when others changed it. */
async function requireDraft(
  ctx: QueryCtx,
  sequenceId: Id<"sequences">,
  revision: number,
): Promise<Doc<"sequenceDrafts">> {
  const draft = await draftOf(ctx, sequenceId);
  if (draft === null) throw appError("not_found", "There is nothing unpublished.");
  if (draft.revision !== revision) {
    throw appError("conflict", "Somebody has changed this sequence meanwhile. Look at it again.", {
      field: "revision",
    });
  }
  return draft;
}

type AtRevision = { sequenceId: Id<"sequences">; revision: number };

/** Gives up what is not published; the live version stays as it is. Throws `invalid` where nothing was ever live. */
export async function discard(ctx: MutationCtx, by: ByMember, { sequenceId, revision }: AtRevision): Promise<void> {
  const sequence = await requireSequence(ctx, by.orgId, sequenceId);
  if (sequence.liveVersionId === undefined) {
    throw appError("invalid", "This sequence was never switched on: delete it instead.");
  }
  const draft = await requireDraft(ctx, sequenceId, revision);
  await ctx.db.delete("sequenceDrafts", draft._id);
  await audit(ctx, by, "sequence.draft_discarded", sequenceId, { revision });
}

/** Deletes a journey that was never live: nobody can have gone through it. Throws `invalid` otherwise. */
export async function remove(ctx: MutationCtx, by: ByMember, sequenceId: Id<"sequences">): Promise<void> {
  const sequence = await requireSequence(ctx, by.orgId, sequenceId);
  if (sequence.liveVersionId !== undefined) {
    throw appError("invalid", "People may have gone through this sequence: archive it instead.");
  }
  const draft = await draftOf(ctx, sequenceId);
  if (draft !== null) await ctx.db.delete("sequenceDrafts", draft._id);
  await ctx.db.delete("sequences", sequenceId);
  await audit(ctx, by, "sequence.deleted", sequenceId, { name: sequence.name });
}

/**
 * Makes the draft the live version; the people inside are brought over by what was chosen for the step they stand at.
 * Throws `conflict` when the draft has changed since, else as `publishVersion`.
 */
export async function publish(
  ctx: MutationCtx,
  by: ByMember,
  { sequenceId, revision, choices }: AtRevision & { choices: Choices },
): Promise<void> {
  const sequence = await requireSequence(ctx, by.orgId, sequenceId);
  const draft = await requireDraft(ctx, sequenceId, revision);
  const replaces = (await liveVersionOf(ctx, sequence))?.number ?? null;
  await publishVersion(ctx, by.member, { sequence, flow: draft.flow, replaces, choices });
  await ctx.db.delete("sequenceDrafts", draft._id);
}

async function audit(
  ctx: MutationCtx,
  { orgId, member }: ByMember,
  action: AuditAction,
  sequenceId: Id<"sequences">,
  details: AuditDetails = {},
): Promise<void> {
  const actor = { kind: "member", memberId: member._id } as const;
  await record(ctx, { orgId, actor, action, subject: { table: "sequences", id: sequenceId }, details });
}
