import { safeLink } from "../documents/addresses";
import { contrastOf } from "../documents/contrast";

// What a brand may be. Pure: the form asks the same.

const MAX_NAME_CHARS = 100;
const MAX_LINE_CHARS = 200;
/** A legal footer: company, address, register, tax number, contact. */
const MAX_IMPRINT_LINES = 8;
const COLOR = /^#[0-9a-f]{6}$/i;
/** What is no text needs so much against what is beside it (WCAG 2.2, success criterion 1.4.11). */
const MIN_SHAPE_CONTRAST = 3;
/** The card of a mail, light and dark (emails/theme.ts). */
const CARDS = { light: "#ffffff", dark: "#1b1f24" } as const;

type BrandFields<LogoId> = {
  name: string;
  logoId?: LogoId | undefined;
  accentColor?: string | undefined;
  tagline?: string | undefined;
  websiteUrl?: string | undefined;
  imprint: string[];
};

type Checked<LogoId> =
  { ok: true; brand: BrandFields<LogoId> | null } | { ok: false; field: keyof BrandFields<LogoId>; problem: string };

/** A brand without what is empty, null when nothing is left of it; or which field cannot be so. */
export function withoutEmpty<LogoId>(fields: BrandFields<LogoId>): Checked<LogoId> {
  const name = fields.name.trim();
  const imprint = fields.imprint.map((line) => line.trim()).filter((line) => line !== "");
  const [accentColor, tagline, websiteUrl] = [fields.accentColor, fields.tagline, fields.websiteUrl].map(
    (text) => text?.trim() || undefined,
  );
  if (name === "" && imprint.length === 0) return { ok: true, brand: null };
  const wrong = (field: keyof BrandFields<LogoId>, problem: string) => ({ ok: false, field, problem }) as const;
  if (name === "" || name.length > MAX_NAME_CHARS)
    return wrong("name", `A name has up to ${MAX_NAME_CHARS} characters.`);
  if (accentColor !== undefined && !COLOR.test(accentColor))
    return wrong("accentColor", "Write the colour as #1f6feb.");
  if ((tagline?.length ?? 0) > MAX_LINE_CHARS) return wrong("tagline", `At most ${MAX_LINE_CHARS} characters.`);
  if (websiteUrl !== undefined && (!/^https?:/i.test(websiteUrl) || safeLink(websiteUrl) === null)) {
    return wrong("websiteUrl", "Write the whole address, beginning with https://.");
  }
  if (imprint.length > MAX_IMPRINT_LINES || imprint.some((line) => line.length > MAX_LINE_CHARS)) {
    return wrong("imprint", `At most ${MAX_IMPRINT_LINES} lines of ${MAX_LINE_CHARS} characters.`);
  }
  return { ok: true, brand: { name, logoId: fields.logoId, accentColor, tagline, websiteUrl, imprint } };
}

/** On which mails an accent colour can hardly be told from what is around it: white ones, dark ones. */
export function hardToSee(accentColor: string): ("light" | "dark")[] {
  if (!COLOR.test(accentColor)) return [];
  const modes = ["light", "dark"] as const;
  return modes.filter((mode) => contrastOf(accentColor, CARDS[mode]) < MIN_SHAPE_CONTRAST);
}
