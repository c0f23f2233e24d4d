import { v } from "convex/values";
import { memberQuery } from "../../lib/functions";
import { threadFields } from "../threadFields";
import { find as findAll } from "./model";

/**
 * Conversations (at most 30), contacts (at most 5) by words, "phrases", -exclusions, #number and the operators from: to:
 * subject: tag: status: assignee: channel: has:attachment before: after: is:. `hit` is the message that says it;
 * `problems` are operators whose value means nothing.
 */
export const find = memberQuery("inbox.read")({
  args: { text: v.string() },
  returns: v.object({
    threads: v.array(
      v.object({
        ...threadFields,
        hit: v.union(
          v.null(),
          v.object({
            id: v.id("messages"),
            snippet: v.string(),
            at: v.number(),
            fileNames: v.array(v.string()),
          }),
        ),
      }),
    ),
    contacts: v.array(v.object({ id: v.id("contacts"), name: v.string(), address: v.union(v.string(), v.null()) })),
    problems: v.array(v.string()),
  }),
  handler: async (ctx, { text }) => await findAll(ctx, ctx, text),
});
