import { v } from "convex/values";
import { internalMutation, internalQuery } from "../../lib/functions";
import { vAnswer, vWrite } from "../answers/schema";
import { vApiCaller } from "../model";
import { vPageOf, vPaging } from "../paging";
import * as templates from "./model";
import { vApiNewTemplate, vApiTemplate } from "./schema";

/** A page of templates. */
export const list = internalQuery({
  args: { caller: vApiCaller, ...vPaging.fields },
  returns: vPageOf(vApiTemplate),
  handler: async (ctx, { caller, ...page }) => await templates.listTemplates(ctx, caller, page),
});

/** One template. Throws `not_found`. */
export const get = internalQuery({
  args: { caller: vApiCaller, id: v.string() },
  returns: vApiTemplate,
  handler: async (ctx, { caller, id }) => await templates.readTemplate(ctx, caller, id),
});

/** Makes a template with its first version. */
export const create = internalMutation({
  args: { caller: vApiCaller, write: vWrite, template: vApiNewTemplate },
  returns: vAnswer(vApiTemplate),
  handler: async (ctx, { caller, template, write }) => await templates.createTemplate(ctx, caller, template, write),
});
