import { internal } from "../../_generated/api";
import { operation, type Operation } from "../http/operation";
import { changeOperation, listOperation, readOperation } from "../http/shapes";
import { accountChangeInput, accountsQuery, newAccountInput } from "./input";
import { vApiAccount, vApiAccountDeletion } from "./schema";

const ORGANISATIONS = { tag: "Organisations" } as const;
const READ = { ...ORGANISATIONS, scope: "contacts.read", permission: "contacts.read" } as const;
const WRITE = { ...ORGANISATIONS, scope: "contacts.write", permission: "contacts.edit", isRepeatable: true } as const;

/** Customer and partner organisations (requirement S1: customer_organization_id, partner_organization_id). */
export const accountOperations: readonly Operation[] = [
  listOperation({
    ...READ,
    path: ["organizations"],
    id: "listOrganizations",
    summary: "List or search customer and partner organisations",
    description: "By name. A page of a search may be short while there are more.",
    query: accountsQuery,
    of: vApiAccount,
    page: async (ctx, caller, { query }) => await ctx.runQuery(internal.api.accounts.jobs.list, { caller, ...query }),
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
  readOperation({
    ...READ,
    path: ["organizations", ":id"],
    id: "getOrganization",
    summary: "Read an organisation",
    answer: { description: "The organisation.", body: vApiAccount },
    get: internal.api.accounts.jobs.get,
  }),
  changeOperation({
    ...WRITE,
    path: ["organizations", ":id"],
    id: "updateOrganization",
    summary: "Change an organisation",
    description: "Only the fields that are named change.",
    body: accountChangeInput,
    answer: { description: "The organisation as it is now.", body: vApiAccount },
    change: async (ctx, caller, { id, body: change, write }) =>
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
