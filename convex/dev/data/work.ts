// What the demo's team works with: snippets, signatures, macros. German, polite form.

import type { AccountKind } from "../../contacts/accounts/kinds";
import type { SegmentFields } from "../../contacts/segments/model";
import type { SegmentTest } from "../../contacts/segments/schema";
import type { RuleFields } from "../../inbox/sorting/model/rules";
import type { ContactKey } from "./people";

export const DEMO_TEAM = "Hafenbüro";

export const SNIPPETS = {
  rainCheck: {
    name: "Wetter: Kurs findet statt",
    body: "Guten Tag {{firstName}} {{lastName}},\n\nvielen Dank für Ihre Nachricht. Der Wind bleibt unter Stärke 6: Wir segeln wie geplant. Bitte bringen Sie eine wasserdichte Jacke mit.",
    shortBody: "Guten Tag, wir segeln wie geplant. Bitte wasserdichte Jacke mitbringen. Ihre Segelschule Haff",
  },
  parking: {
    name: "Anfahrt und Parken",
    body: "Parken können Sie kostenlos hinter dem Hafenmeisterhaus, Am Strand 12. Vom Bahnhof Ueckermünde Stadthafen sind es zehn Minuten zu Fuß.",
    shortBody: "Parken: kostenlos hinter dem Hafenmeisterhaus, Am Strand 12.",
  },
} as const;

/** Under every mail of the school, and Jana's own words above them. */
export const SIGNATURES = {
  brand: "Segelschule Haff · Am Strand 12 · 17373 Ueckermünde\nTelefon 039771 5550 · haff-segeln.example",
  jana: "Herzliche Grüße vom Haff\nJana Petersen",
} as const;

type DemoAccount = {
  name: string;
  kind: AccountKind;
  domains: string[];
  /** `orders`: what their latest conversation is about. */
  people: { contact: ContactKey; orders: string[] }[];
};

/** A customer and a partner of the sailing school. */
export const ACCOUNTS: readonly DemoAccount[] = [
  {
    name: "Weber Yachtcharter GmbH",
    kind: "customer",
    domains: ["weber-yachtcharter.example"],
    people: [
      { contact: "anna", orders: ["AB-2026-0418", "AB-2026-0423"] },
      { contact: "tom", orders: [] },
      { contact: "sophie", orders: ["AB-2026-0418"] },
    ],
  },
  {
    name: "Bootswerft Ueckermünde",
    kind: "partner",
    domains: ["werft-ueckermuende.example"],
    people: [
      { contact: "karl", orders: ["WK-1187"] },
      { contact: "carla", orders: ["WK-1190"] },
    ],
  },
];

/** How far the orders are, each with the person who placed it. */
export const ORDERS: readonly { contact: ContactKey; number: string; status: string }[] = [
  { contact: "anna", number: "AB-2026-0418", status: "in Vorbereitung" },
  { contact: "anna", number: "AB-2026-0423", status: "bestätigt" },
  { contact: "karl", number: "WK-1187", status: "in Arbeit" },
  { contact: "carla", number: "WK-1190", status: "fertig" },
];

/** What new conversations of the school are by what they say. */
export const SORTING_RULES: readonly RuleFields[] = [
  {
    name: "Beschwerden zuerst",
    conditions: { words: ["Beschwerde", "Reklamation", "unzufrieden", "Geld zurück"] },
    effect: { threadType: "complaint", priority: "high", tags: ["Beschwerde"] },
    goesOn: false,
  },
  {
    name: "Angebote für Gruppen und Firmen",
    conditions: { words: ["Angebot", "Gruppe", "Firmenausflug", "Teamevent"] },
    effect: { threadType: "sales_inquiry", tags: ["Angebot"] },
    goesOn: true,
  },
];

const allOf = (...tests: SegmentTest[]): SegmentFields["rule"] => ({
  match: "all",
  groups: [{ match: "all", tests }],
});

/** Saved rules over the school's contacts. */
export const SEGMENTS: readonly SegmentFields[] = [
  {
    name: "Neuigkeiten per E-Mail",
    description: "Hat den Newsletter bestätigt, und die Adresse ist nicht gesperrt",
    rule: allOf(
      { kind: "consent", purpose: "marketing", channel: "email", topic: "news", isGiven: true },
      { kind: "suppressed", purpose: "marketing", channel: "email", isSuppressed: false },
    ),
  },
  {
    name: "Englischsprachige Gäste",
    description: "Für Einweisungen und Unterlagen auf Englisch",
    rule: allOf({ kind: "fact", key: "contact.language", comparison: "is", value: "en" }),
  },
];
