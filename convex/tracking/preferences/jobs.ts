import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { vProof } from "../../contacts/consents/schema";
import { vAddressChannel } from "../../contacts/schema";
import { sha256Hex } from "../../lib/crypto";
import { internalMutation, internalQuery } from "../../lib/functions";
import { takeToken } from "../../lib/rateLimits";
import {
  preferencePage,
  savePreferences,
  unsubscribeFromAll,
  vPreferencePage,
  vSaved,
  type PreferencePage,
  type Saved,
} from "./model";

/** What the preference page shows, or null for an unknown token. */
export const page = internalQuery({
  args: { token: v.string() },
  returns: v.union(vPreferencePage, v.null()),
  handler: async (ctx, { token }): Promise<PreferencePage | null> => await preferencePage(ctx, token, Date.now()),
});

const vChoices = v.object({
  cells: v.array(v.object({ topic: v.string(), channel: vAddressChannel, isWanted: v.boolean() })),
  pause: v.union(v.object({ kind: literals("keep", "end") }), v.object({ kind: v.literal("days"), days: v.number() })),
  everyDays: v.optional(v.union(v.number(), v.null())),
});

/** Carries out what a person chose. Null for an unknown token. Throws AppError `rate_limited`. */
export const save = internalMutation({
  args: { token: v.string(), choices: vChoices, proof: vProof },
  returns: v.union(vSaved, v.null()),
  handler: async (ctx, { token, choices, proof }): Promise<Saved | null> => {
    await takeToken(ctx, "publicLink", await sha256Hex(token));
    return await savePreferences(ctx, token, { ...choices, everyDays: choices.everyDays }, proof);
  },
});

/** Ends everything but what belongs to a booking. Null for an unknown token. Throws AppError `rate_limited`. */
export const endAll = internalMutation({
  args: { token: v.string(), proof: vProof },
  returns: v.union(vSaved, v.null()),
  handler: async (ctx, { token, proof }): Promise<Saved | null> => {
    await takeToken(ctx, "publicLink", await sha256Hex(token));
    return await unsubscribeFromAll(ctx, token, proof);
  },
});
