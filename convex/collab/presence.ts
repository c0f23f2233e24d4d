import { v } from "convex/values";
import { memberMutation, memberQuery, personQuery, publicMutation } from "../lib/functions";
import { leave, listViewers, lookAt, namesInThread } from "./model";

// Who is looking at a conversation, in the shape @convex-dev/presence expects of an application.

/** The caller is looking at a thread; to be repeated every `interval` ms. `sessionId` is the browser tab's own. */
export const heartbeat = memberMutation("inbox.read")({
  args: { threadId: v.id("threads"), sessionId: v.string(), interval: v.number() },
  returns: v.object({ roomToken: v.string(), sessionToken: v.string() }),
  handler: async (ctx, args) => await lookAt(ctx, ctx.member, args),
});

/** Who else is looking: the token came from a heartbeat in that thread. `userId` is the member's id. */
export const list = personQuery({
  args: { roomToken: v.string() },
  returns: v.array(
    v.object({ userId: v.id("members"), online: v.boolean(), lastDisconnected: v.number(), name: v.string() }),
  ),
  handler: async (ctx, { roomToken }) => await listViewers(ctx, roomToken),
});

/** Names of at most three others who are looking at a thread now: the dot in its row of the list. */
export const inThread = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.array(v.string()),
  handler: async (ctx, { threadId }) => await namesInThread(ctx, ctx.member, threadId),
});

/** Leaves at once. Not rate-limited: an unknown token costs one index read and writes nothing. */
export const disconnect = publicMutation({
  args: { sessionToken: v.string() },
  returns: v.null(),
  handler: async (ctx, { sessionToken }) => {
    await leave(ctx, sessionToken);
    return null;
  },
});
