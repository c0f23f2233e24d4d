import { variablesIn } from "../../../convex/templates/variables";
import type { Account, Registration, Template } from "./registrations";

/** A registration as it is typed. */
export type Draft = {
  templateId: string;
  connectionId: string;
  name: string;
  language: string;
  providerTemplateId: string;
  category: Registration["category"];
  state: Registration["state"];
  /** Names of variables, parted by commas. */
  placeholders: string;
};

/** What the form starts with. */
export function startingDraft(
  registration: Registration | null,
  templates: readonly Template[],
  accounts: readonly Account[],
): Draft {
  const templateId = registration?.templateId ?? templates[0]?.id ?? "";
  return {
    templateId,
    connectionId: registration?.connectionId ?? accounts[0]?.id ?? "",
    name: registration?.name ?? "",
    // WhatsApp knows most languages without their country.
    language: registration?.language ?? (templates[0]?.locale ?? "de").slice(0, 2),
    providerTemplateId: registration?.providerTemplateId ?? "",
    category: registration?.category ?? "utility",
    state: registration?.state ?? "pending",
    placeholders: registration?.placeholders.join(", ") ?? placeholdersOf(templates, templateId),
  };
}

/** The variables of the text in the order in which they appear: what is registered as {{1}}, {{2}} … as a rule. */
export function placeholdersOf(templates: readonly Template[], templateId: string): string {
  const version = templates.find(({ id }) => id === templateId)?.version;
  return version == null ? "" : variablesIn(version.shortBody ?? version.body).join(", ");
}

/** The draft as it is saved; null when its text or account is gone. */
export function valuesOf(draft: Draft, templates: readonly Template[], accounts: readonly Account[]) {
  const template = templates.find(({ id }) => id === draft.templateId);
  const account = accounts.find(({ id }) => id === draft.connectionId);
  if (template === undefined || account === undefined) return null;
  const { category, state } = draft;
  const providerTemplateId = draft.providerTemplateId.trim();
  const placeholders = draft.placeholders.trim();
  return {
    templateId: template.id,
    connectionId: account.id,
    name: draft.name.trim(),
    language: draft.language.trim(),
    ...(providerTemplateId === "" ? {} : { providerTemplateId }),
    category,
    state,
    placeholders: placeholders === "" ? [] : placeholders.split(",").map((each) => each.trim()),
  };
}
