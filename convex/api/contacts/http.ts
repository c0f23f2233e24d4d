import { internal } from "../../_generated/api";
import { operation, type Operation } from "../http/operation";
import { changeOperation, listOperation, readOperation } from "../http/shapes";
import { contactChangeInput, contactInput, contactsQuery } from "./input";
import { vApiContact } from "./schema";

const PEOPLE = { tag: "Contacts" } as const;
const READ = { ...PEOPLE, scope: "contacts.read", permission: "contacts.read" } as const;
const WRITE = { ...PEOPLE, scope: "contacts.write", permission: "contacts.edit" } as const;

/** The people the business talks with. */
export const contactOperations: readonly Operation[] = [
  listOperation({
    ...READ,
    path: ["contacts"],
    id: "listContacts",
    summary: "List or search contacts",
    description:
      "A page may be shorter than `limit`, or empty, and then is not the last one: go on while there is a `nextCursor`, with the same conditions.",
    query: contactsQuery,
    of: vApiContact,
    page: async (ctx, caller, { query: { updatedSince, ...query } }) => {
      const since = updatedSince === undefined ? undefined : Date.parse(updatedSince);
      return await ctx.runQuery(internal.api.contacts.jobs.list, { caller, ...query, updatedSince: since });
    },
  }),
  operation({
    ...WRITE,
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
  readOperation({
    ...READ,
    path: ["contacts", ":id"],
    id: "getContact",
    summary: "Read a contact",
    answer: { description: "The contact.", body: vApiContact },
    get: internal.api.contacts.jobs.get,
  }),
  changeOperation({
    ...WRITE,
    path: ["contacts", ":id"],
    id: "updateContact",
    summary: "Change a contact",
    description: "Only the fields that are named change; `null` takes a value away. Addresses and consents stay.",
    body: contactChangeInput,
    answer: { description: "The contact as it is now.", body: vApiContact },
    change: async (ctx, caller, { id, body: change, write }) =>
      await ctx.runMutation(internal.api.contacts.jobs.update, { caller, id, change, write }),
  }),
];
