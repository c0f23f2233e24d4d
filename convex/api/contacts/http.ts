import { internal } from "../../_generated/api";
import { operation, type Operation } from "../http/operation";
import { vPageOf } from "../paging";
import { contactChangeInput, contactInput, contactsQuery } from "./input";
import { vApiContact } from "./schema";

const READ = { tag: "Contacts", scope: "contacts.read", permission: "contacts.read" } as const;

/** The people the business talks with. */
export const contactOperations: readonly Operation[] = [
  operation({
    ...READ,
    method: "GET",
    path: ["contacts"],
    id: "listContacts",
    summary: "List or search contacts",
    query: contactsQuery,
    answers: { 200: { description: "A page.", body: vPageOf(vApiContact) } },
    handle: async (ctx, caller, { query }) => ({
      status: 200,
      body: await ctx.runQuery(internal.api.contacts.jobs.list, { caller, ...query }),
    }),
  }),
  operation({
    tag: "Contacts",
    scope: "contacts.write",
    permission: "contacts.edit",
    isRepeatable: true,
    method: "POST",
    path: ["contacts"],
    id: "upsertContact",
    summary: "Find or make a contact",
    description:
      "Found by any of the addresses, e-mail first. Blanks are filled; nothing known is overwritten but by `organizationId`.",
    body: contactInput,
    answers: { 200: { description: "The contact as it is now.", body: vApiContact } },
    handle: async (ctx, caller, { body: { organizationId, ...person }, write }) =>
      await ctx.runMutation(internal.api.contacts.jobs.upsert, { caller, person, organizationId, write }),
  }),
  operation({
    ...READ,
    method: "GET",
    path: ["contacts", ":id"],
    id: "getContact",
    summary: "Read a contact",
    answers: { 200: { description: "The contact.", body: vApiContact } },
    handle: async (ctx, caller, { id }) => ({
      status: 200,
      body: await ctx.runQuery(internal.api.contacts.jobs.get, { caller, id }),
    }),
  }),
  operation({
    tag: "Contacts",
    scope: "contacts.write",
    permission: "contacts.edit",
    method: "PATCH",
    path: ["contacts", ":id"],
    id: "updateContact",
    summary: "Change a contact",
    description: "Only the fields that are named change; `null` takes a value away. Addresses and consents stay.",
    body: contactChangeInput,
    answers: { 200: { description: "The contact as it is now.", body: vApiContact } },
    handle: async (ctx, caller, { id, body: change, write }) =>
      await ctx.runMutation(internal.api.contacts.jobs.update, { caller, id, change, write }),
  }),
];
