import type { api } from "../../../../convex/_generated/api";
import { variablesIn } from "../../../../convex/templates/variables";
import type { OrgArgs } from "../../../lib/org";
import type { Template } from "../../../components/registrations/registrations";

type NewText = OrgArgs<typeof api.templates.mutations.create>;
export type TextDraft = Omit<NewText, "variables" | "shortBody"> & {
  shortBody: string;
  /** What stands where a value is missing, by variable. */
  fallbacks: Record<string, string>;
};

/** What the form begins with. A new text is the team's where one may write that. */
export function startingText(
  edited: Template | null,
  { locale, isPrivate }: { locale: string; isPrivate: boolean },
): TextDraft {
  const version = edited?.version ?? null;
  return {
    name: edited?.name ?? "",
    category: edited?.category ?? "customer_service",
    channelType: edited?.channelType ?? "any",
    businessEntity: edited?.businessEntity ?? "all",
    locale: edited?.locale ?? locale,
    threadTypes: edited?.threadTypes ?? [],
    orderStates: edited?.orderStates ?? [],
    isSnippet: true,
    isPrivate: edited?.isPrivate ?? isPrivate,
    subject: version?.subject ?? "",
    body: version?.body ?? "",
    shortBody: version?.shortBody ?? "",
    fallbacks: Object.fromEntries((version?.variables ?? []).map(({ name, fallback }) => [name, fallback])),
  };
}

/** The variables of the texts with what was given for them. */
export function variablesOf({ subject, body, shortBody, fallbacks }: TextDraft): NewText["variables"] {
  const names = variablesIn([subject, body, shortBody].join("\n"));
  return names.map((name) => ({ name, fallback: Object.hasOwn(fallbacks, name) ? (fallbacks[name] ?? "") : "" }));
}
