import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { memberMutation } from "../../lib/functions";
import { READY_MADE_KINDS } from "./kinds";
import { createReadyMade } from "./model";
import { LANGUAGES } from "./shape";

/** Begins a ready-made journey as a draft, with templates. Throws `invalid` when there are too many journeys. */
export const create = memberMutation("sequences.edit")({
  args: { kind: literals(...READY_MADE_KINDS), language: literals(...LANGUAGES) },
  returns: v.id("sequences"),
  handler: async (ctx, args) => await createReadyMade(ctx, ctx, args),
});
