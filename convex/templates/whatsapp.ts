import type { TemplateVariable, WhatsAppParts } from "./schema";
import { variablesIn } from "./variables";

// What WhatsApp takes as a template (providers.md 13.3; Meta's message template reference). Pure; the editor asks too.

export const WHATSAPP_LIMITS = {
  body: 1024,
  header: 60,
  footer: 60,
  button: 25,
  buttons: 10,
  urls: 2,
  phones: 1,
} as const;

export const NO_PARTS: WhatsAppParts = { header: "", footer: "", buttons: [], samples: {} };

export const WHATSAPP_PROBLEMS = [
  "too_long",
  "variable_at_edge",
  "variables_together",
  "no_variables_here",
  "too_many_buttons",
  "button_empty",
  "button_address",
] as const;
export type WhatsAppProblem = {
  code: (typeof WHATSAPP_PROBLEMS)[number];
  field: "body" | "header" | "footer" | "buttons";
};

type Text = { body: string; shortBody?: string | undefined; whatsapp?: WhatsAppParts | undefined };

const MARK = /\{\{\s*[\p{L}_][\p{L}\p{N}_.]*\s*\}\}/gu;

/** The first thing WhatsApp would refuse, or null. */
export function whatsappProblem(text: Text): WhatsAppProblem | null {
  const { header, footer, buttons } = text.whatsapp ?? NO_PARTS;
  const body = (text.shortBody ?? text.body).trim();
  if (body.length > WHATSAPP_LIMITS.body) return { code: "too_long", field: "body" };
  // A body of a variable at its edge tells the reviewer nothing: Meta refuses it.
  if (/^\{\{|\}\}$/.test(body)) return { code: "variable_at_edge", field: "body" };
  if (/\}\}\s*\{\{/.test(body)) return { code: "variables_together", field: "body" };
  if (header.length > WHATSAPP_LIMITS.header) return { code: "too_long", field: "header" };
  if (footer.length > WHATSAPP_LIMITS.footer) return { code: "too_long", field: "footer" };
  // Only the values of the body travel with a message.
  if (variablesIn(header).length > 0) return { code: "no_variables_here", field: "header" };
  if (variablesIn(footer).length > 0) return { code: "no_variables_here", field: "footer" };
  return buttonProblem(buttons);
}

function buttonProblem(buttons: WhatsAppParts["buttons"]): WhatsAppProblem | null {
  const count = (kind: string) => buttons.filter((button) => button.kind === kind).length;
  const { buttons: most, urls, phones, button: chars } = WHATSAPP_LIMITS;
  if (buttons.length > most || count("url") > urls || count("phone") > phones) {
    return { code: "too_many_buttons", field: "buttons" };
  }
  for (const { kind, text, value } of buttons) {
    if (text.trim() === "") return { code: "button_empty", field: "buttons" };
    if (text.length > chars) return { code: "too_long", field: "buttons" };
    const isAddress = kind === "url" ? /^https:\/\/\S+$/.test(value) : /^\+[1-9]\d{6,14}$/.test(value);
    if (kind !== "reply" && !isAddress) return { code: "button_address", field: "buttons" };
  }
  return null;
}

/** The body as it is registered, with {{1}}, {{2}} … and what each stands for, in the order of `placeholders`. */
export function numberedBody(body: string): { body: string; placeholders: string[] } {
  const placeholders = variablesIn(body);
  const numbered = body.replace(MARK, (mark) => `{{${placeholders.indexOf(variablesIn(mark)[0] ?? "") + 1}}}`);
  return { body: numbered, placeholders };
}

/** What is shown to WhatsApp for each variable: its sample, else its fallback; empty where nobody wrote either. */
export function samplesOf(
  names: readonly string[],
  samples: Record<string, string>,
  variables: readonly TemplateVariable[],
): { name: string; sample: string }[] {
  const fallbacks = new Map(variables.map(({ name, fallback }) => [name, fallback]));
  return names.map((name) => ({
    name,
    sample: (Object.hasOwn(samples, name) ? samples[name] : "") || fallbacks.get(name) || "",
  }));
}
