import { z } from "zod";
import { PRIORITIES } from "../../lib/closedSets";
import { TASK_STATUSES, TASK_TYPES } from "../../tasks/schema";
import { pageQuery, updatedSinceQuery } from "../paging";

const title = z.string().trim().min(1).max(200);
const description = z.string().max(5_000);
const dueAt = z.iso.datetime({ offset: true });
const order = z.string().trim().min(1).max(256).describe("The number of one of the contact's orders.");
const id = z.string().min(1);

export const tasksQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(TASK_STATUSES).optional().describe("Absent: open, and with `updatedSince` any."),
  assigneeId: id.optional().describe("Only this member's."),
  updatedSince: updatedSinceQuery.describe("Whatever changed since then, done or not, the longest unchanged first."),
});

export const newTaskInput = z.strictObject({
  title,
  description: description.default(""),
  type: z.enum(TASK_TYPES).default("other"),
  priority: z.enum(PRIORITIES).default("normal"),
  assigneeId: id.optional(),
  threadId: id.optional().describe("The conversation it is about."),
  contactId: id.optional().describe("The person it is about."),
  order: order.optional(),
  dueAt: z
    .union([dueAt, z.null()])
    .optional()
    .describe("Absent: by priority, in opening hours (critical 1, urgent 4, high 8, normal 24, low 40); null: none."),
});

export const taskChangeInput = z
  .strictObject({
    title,
    description,
    type: z.enum(TASK_TYPES),
    priority: z.enum(PRIORITIES),
    status: z.enum(TASK_STATUSES),
    assigneeId: z.union([id, z.null()]),
    dueAt: z.union([dueAt, z.null()]),
    order: z.union([order, z.null()]),
    completionNotes: z.string().max(5_000),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { message: "Name at least one field to change." });
