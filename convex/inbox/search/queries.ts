import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { vThreadChannel } from "../../lib/closedSets";
import { memberQuery } from "../../lib/functions";
import { vMessageType } from "../schema";
import { threadFields } from "../threadFields";
import { find as findAll } from "./model";
import * as groups from "./model/groups";

const vHit = v.object({
  id: v.id("messages"),
  snippet: v.string(),
  at: v.number(),
  fileNames: v.array(v.string()),
});
/** A conversation with the message that says it; null where its subject or state alone is what was asked for. */
const vFoundThread = v.object({ ...threadFields, hit: v.union(v.null(), vHit) });
const vFoundContact = v.object({ id: v.id("contacts"), name: v.string(), address: v.union(v.string(), v.null()) });
/** The conversation a message or a file is in. */
const vHead = v.object({
  id: v.id("threads"),
  number: v.number(),
  subject: v.string(),
  channel: vThreadChannel,
  isOpen: v.boolean(),
});
const pageArgs = { text: v.string(), paginationOpts: paginationOptsValidator };

/**
 * Conversations (at most 30), contacts (at most 5) by words, "phrases", -exclusions, #number and the operators from: to:
 * subject: tag: status: assignee: channel: mailbox: account: has:attachment before: after: is:. `problems` are operators whose value means
 * nothing.
 */
export const find = memberQuery("inbox.read")({
  args: { text: v.string() },
  returns: v.object({
    threads: v.array(vFoundThread),
    contacts: v.array(vFoundContact),
    problems: v.array(v.string()),
  }),
  handler: async (ctx, { text }) => await findAll(ctx, ctx, text),
});

/** All conversations of a search. Pages may be short, and one may be on a later page again. */
export const conversations = memberQuery("inbox.read")({
  args: pageArgs,
  returns: paginationResultValidator(vFoundThread),
  handler: async (ctx, { text, paginationOpts }) => await groups.conversations(ctx, ctx, text, paginationOpts),
});

/** All messages of a search. Pages may be short. */
export const messages = memberQuery("inbox.read")({
  args: pageArgs,
  returns: paginationResultValidator(
    v.object({ ...vHit.fields, senderName: v.string(), messageType: vMessageType, thread: vHead }),
  ),
  handler: async (ctx, { text, paginationOpts }) => await groups.messages(ctx, ctx, text, paginationOpts),
});

/** All attachments whose name a search means. Pages may be short. */
export const files = memberQuery("inbox.read")({
  args: pageArgs,
  returns: paginationResultValidator(
    v.object({
      id: v.id("fileNames"),
      name: v.string(),
      messageId: v.id("messages"),
      /** When the message was, UTC ms. */
      at: v.number(),
      senderName: v.string(),
      thread: vHead,
    }),
  ),
  handler: async (ctx, { text, paginationOpts }) => await groups.files(ctx, ctx, text, paginationOpts),
});

/** All people a search means. Pages may be short. */
export const contacts = memberQuery("inbox.read")({
  args: pageArgs,
  returns: paginationResultValidator(vFoundContact),
  handler: async (ctx, { text, paginationOpts }) => await groups.contacts(ctx, ctx, text, paginationOpts),
});
