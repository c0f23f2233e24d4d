import { internal } from "../../_generated/api";
import type { Doc } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { findBooking } from "../../bookings/model/read";
import { changeContactBy } from "../../contacts/edits/model";
import { requireContact } from "../../contacts/model";
import { asRule, chainOf } from "../../events/model";
import { asAppError } from "../../lib/errors";
import { HOUR_MS } from "../../lib/time";
import { createAutomaticTask } from "../../tasks/automatic/model";
import type { FlowNode } from "../flow/schema";
import { Desk } from "./desk";
import { enrol } from "./entries";
import { liveVersionOf } from "./sequences";

type DeedNode = Extract<FlowNode, { kind: "deed" }>;

/**
 * Does what a node is for beside sending. Called once per enrolment and node, in the transaction that decides it. What
 * the person's record does not take (an attribute of another kind by now) is "refused", and the journey goes on; so is
 * what this node itself brought about.
 */
export async function doDeed(
  ctx: MutationCtx,
  enrolment: Doc<"enrolments">,
  node: DeedNode,
  now: number,
): Promise<"done" | "refused"> {
  const contact = await requireContact(ctx, enrolment.orgId, enrolment.contactId);
  if (contact.erasedAt !== undefined || contact.mergedInto !== undefined) return "refused";
  try {
    const named = { orgId: enrolment.orgId, rule: `journey:${enrolment.sequenceId}:${node.stepId}` };
    const carried = await asRule(ctx, named, async (by) => {
      await carryOut(by, enrolment, node, now);
      return "done" as const;
    });
    return carried ?? "refused";
  } catch (thrown) {
    // Checks come before writes: nothing is half done.
    if (asAppError(thrown)?.code !== "invalid") throw thrown;
    return "refused";
  }
}

async function carryOut(
  ctx: MutationCtx,
  enrolment: Doc<"enrolments">,
  { stepId, deed }: DeedNode,
  now: number,
): Promise<void> {
  const { orgId, contactId } = enrolment;
  switch (deed.kind) {
    case "add_tag":
      return await changeTags(ctx, enrolment, (tags) => [...tags.filter((tag) => tag !== deed.tag), deed.tag]);
    case "remove_tag":
      return await changeTags(ctx, enrolment, (tags) => tags.filter((tag) => tag !== deed.tag));
    case "set_field":
      return await changeContactBy(ctx, actorOf(enrolment), contactId, { attributes: { [deed.key]: deed.value } });
    case "create_task":
      return await createAutomaticTask(ctx, {
        orgId,
        by: "journey",
        key: `journey:${enrolment._id}:${stepId}`,
        title: deed.title,
        description: "",
        taskType: "follow_up",
        priority: "normal",
        dueAt: now + deed.dueInHours * HOUR_MS,
        about: { contactId, bookingId: enrolment.bookingId },
      });
    case "start_sequence":
      return await startOther(ctx, enrolment, deed.sequenceId, now);
  }
}

function actorOf({ orgId }: Doc<"enrolments">) {
  return { orgId, actor: { kind: "system", name: "journey" } as const };
}

async function changeTags(
  ctx: MutationCtx,
  enrolment: Doc<"enrolments">,
  change: (tags: readonly string[]) => string[],
): Promise<void> {
  const { tags = [] } = await requireContact(ctx, enrolment.orgId, enrolment.contactId);
  await changeContactBy(ctx, actorOf(enrolment), enrolment.contactId, { tags: change(tags) });
}

/** Starts another journey for the same booking; one that does not run any more is left out. */
async function startOther(
  ctx: MutationCtx,
  { orgId, bookingId, contactId }: Doc<"enrolments">,
  sequenceId: Doc<"sequences">["_id"],
  now: number,
): Promise<void> {
  const sequence = await ctx.db.get("sequences", sequenceId);
  if (sequence === null || sequence.orgId !== orgId || sequence.status !== "active") return;
  const version = await liveVersionOf(ctx, sequence);
  if (version === null) return;
  const booking = await findBooking(ctx, bookingId);
  if (booking === null) return;
  const desk = new Desk();
  const entered = await enrol(ctx, { sequence, version, booking, contactId }, now, desk);
  await desk.write(ctx);
  if (entered === null) return;
  await ctx.scheduler.runAfter(0, internal.sequences.jobs.look, { enrolmentId: entered._id, chain: chainOf(ctx) });
}
