import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { requireChannel } from "../../connections/model";
import { countryOfLocale, normaliseAddress } from "../../contacts/addresses";
import { findByAddress } from "../../contacts/model";
import { vChannel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { memberQuery } from "../../lib/functions";
import { listRules } from "./model/rules";
import { sortArrived } from "./model/sort";
import { vSortingConditions, vSortingEffect } from "./schema";
import { SORTING_MISSES } from "./sets";

/** Of a text that is tried out. */
const MAX_TRIED_CHARS = 10_000;

/** The sorting rules in their order, those switched off included. */
export const rules = memberQuery("inbox.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("sortingRules"),
      name: v.string(),
      isEnabled: v.boolean(),
      conditions: vSortingConditions,
      effect: vSortingEffect,
      goesOn: v.boolean(),
    }),
  ),
  handler: async (ctx) =>
    (await listRules(ctx, ctx.orgId)).map(({ _id, name, isEnabled, conditions, effect, goesOn }) => ({
      id: _id,
      name,
      isEnabled,
      conditions,
      effect,
      goesOn,
    })),
});

/** What the rules would make of a text that arrives now; nothing is kept. `from` may be left empty. */
export const tryOut = memberQuery("assignment.manage")({
  args: {
    channel: vChannel,
    channelId: v.optional(v.id("channels")),
    from: v.string(),
    subject: v.string(),
    text: v.string(),
    hasFiles: v.boolean(),
  },
  returns: v.object({
    taken: v.array(v.object({ id: v.id("sortingRules"), name: v.string() })),
    passed: v.array(v.object({ id: v.id("sortingRules"), name: v.string(), because: literals(...SORTING_MISSES) })),
    effect: vSortingEffect,
  }),
  handler: async (ctx, { from, ...arrived }) => {
    const { orgId, org } = ctx;
    if (arrived.subject.length + arrived.text.length + from.length > MAX_TRIED_CHARS) {
      throw appError("invalid", `Try it with at most ${MAX_TRIED_CHARS} characters.`, { field: "text" });
    }
    const { channel, channelId } = arrived;
    if (channelId !== undefined) await requireChannel(ctx, orgId, channelId);
    const sender = normaliseAddress(channel, from, countryOfLocale(org.locale)) ?? from.trim().toLowerCase();
    const contact =
      channel === "webhook" || sender === "" ? null : await findByAddress(ctx, { orgId, channel, address: sender });
    const { taken, passed, effect } = await sortArrived(ctx, { ...arrived, orgId, sender, contact });
    return {
      taken: taken.map(({ _id: id, name }) => ({ id, name })),
      passed: passed.map(({ rule: { _id: id, name }, because }) => ({ id, name, because })),
      effect,
    };
  },
});
