import { internal } from "../../_generated/api";
import { operation, type Operation } from "../http/operation";
import { listOperation, readOperation } from "../http/shapes";
import { newTemplateInput, templatesQuery } from "./input";
import { vApiTemplate } from "./schema";

const READ = { tag: "Templates", scope: "templates.read", permission: "templates.read" } as const;

/** Texts to write with (requirement S1, communication_template). */
export const templateOperations: readonly Operation[] = [
  listOperation({
    ...READ,
    path: ["templates"],
    id: "listTemplates",
    summary: "List templates",
    description: "By name.",
    query: templatesQuery,
    of: vApiTemplate,
    page: async (ctx, caller, { query }) => await ctx.runQuery(internal.api.templates.jobs.list, { caller, ...query }),
  }),
  operation({
    tag: "Templates",
    scope: "templates.write",
    permission: "templates.edit",
    isRepeatable: true,
    method: "POST",
    path: ["templates"],
    id: "createTemplate",
    summary: "Make a template",
    body: newTemplateInput,
    answers: { 201: { description: "The new template.", body: vApiTemplate } },
    handle: async (ctx, caller, { body: template, write }) =>
      await ctx.runMutation(internal.api.templates.jobs.create, { caller, template, write }),
  }),
  readOperation({
    ...READ,
    path: ["templates", ":id"],
    id: "getTemplate",
    summary: "Read a template",
    answer: { description: "The template.", body: vApiTemplate },
    get: internal.api.templates.jobs.get,
  }),
];
