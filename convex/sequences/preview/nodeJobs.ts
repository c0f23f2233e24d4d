"use node";

import { v } from "convex/values";
import { internal } from "../../_generated/api";
import { vSample } from "../../delivery/model/outgoing";
import { renderSample } from "../../delivery/render";
import { internalAction } from "../../lib/functions";
import { reasonOf } from "../../lib/log";

/** Sets a preview as the sender would, and once more with `marks` where values are missing. */
export const render = internalAction({
  args: {
    previewId: v.id("messagePreviews"),
    asked: v.number(),
    sample: vSample,
    marks: v.record(v.string(), v.string()),
  },
  returns: v.null(),
  handler: async (ctx, { previewId, asked, sample, marks }): Promise<null> => {
    const hasGaps = Object.keys(marks).length > 0;
    const outcome = await Promise.all([
      renderSample(sample),
      hasGaps ? renderSample({ ...sample, values: { ...sample.values, ...marks } }) : undefined,
    ]).then(
      ([rendered, marked]) => ({ rendered, ...(marked === undefined ? {} : { marked }) }),
      (thrown: unknown) => ({ reason: reasonOf(thrown) }),
    );
    await ctx.runMutation(internal.sequences.preview.jobs.answer, { previewId, asked, outcome });
    return null;
  },
});
