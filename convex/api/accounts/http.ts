import { internal } from "../../_generated/api";
import { operation, type Operation } from "../http/operation";
import { vPageOf } from "../paging";
import { accountChangeInput, accountsQuery, newAccountInput } from "./input";
import { vApiAccount, vApiAccountDeletion } from "./schema";

const ORGANISATIONS = { tag: "Organisations" } as const;
const READ = { ...ORGANISATIONS, scope: "contacts.read", permission: "contacts.read" } as const;
const WRITE = { ...ORGANISATIONS, scope: "contacts.write", permission: "contacts.edit", isRepeatable: true } as const;

/** Customer and partner organisations (requirement S1: customer_organization_id, partner_organization_id). */
export const accountOperations: readonly Operation[] = [
  operation({
    ...READ,
    method: "GET",
    path: ["organizations"],
    id: "listOrganizations",
    summary: "List or search customer and partner organisations",
    description: "By name. A page of a search may be short while there are more.",
    query: accountsQuery,
    answers: { 200: { description: "A page.", body: vPageOf(vApiAccount) } },
    handle: async (ctx, caller, { query }) => ({
      status: 200,
      body: await ctx.runQuery(internal.api.accounts.jobs.list, { caller, ...query }),
    }),
  }),
  operation({
    ...WRITE,
    method: "POST",
    path: ["organizations"],
    id: "createOrganization",
    summary: "Find or make an organisation",
    description: "Found by its name and kind; domains that are new are added to it.",
    body: newAccountInput,
    answers: {
      200: { description: "The one there was.", body: vApiAccount },
      201: { description: "The new organisation.", body: vApiAccount },
    },
    handle: async (ctx, caller, { body: account, write }) =>
      await ctx.runMutation(internal.api.accounts.jobs.create, { caller, account, write }),
  }),
  operation({
    ...READ,
    method: "GET",
    path: ["organizations", ":id"],
    id: "getOrganization",
    summary: "Read an organisation",
    answers: { 200: { description: "The organisation.", body: vApiAccount } },
    handle: async (ctx, caller, { id }) => ({
      status: 200,
      body: await ctx.runQuery(internal.api.accounts.jobs.get, { caller, id }),
    }),
  }),
  operation({
    ...WRITE,
    method: "PATCH",
    path: ["organizations", ":id"],
    id: "updateOrganization",
    summary: "Change an organisation",
    description: "Only the fields that are named change.",
    body: accountChangeInput,
    answers: { 200: { description: "The organisation as it is now.", body: vApiAccount } },
    handle: async (ctx, caller, { id, body: change, write }) =>
      await ctx.runMutation(internal.api.accounts.jobs.update, { caller, id, change, write }),
  }),
  operation({
    ...WRITE,
    method: "DELETE",
    path: ["organizations", ":id"],
    id: "deleteOrganization",
    summary: "Delete an organisation",
    description: "Its people and conversations stay. Until `undoUntil` a member can bring it back as it was.",
    answers: { 200: { description: "It is gone.", body: vApiAccountDeletion } },
    handle: async (ctx, caller, { id, write }) =>
      await ctx.runMutation(internal.api.accounts.jobs.remove, { caller, id, write }),
  }),
];
