import type { TFunction } from "i18next";
import { KNOWN_LISTS, KNOWN_VARIABLES, LIST_VARIABLES } from "../../../convex/templates/documents/known";

/** A value a template can name, as a picker shows it. */
export type Choice = { name: string; label: string; group: string };

/** What a picker offers, with own names of the workspace behind the known ones. */
export function choicesOf(t: TFunction, extra: readonly string[]): Choice[] {
  return [
    ...KNOWN_VARIABLES.map(({ name, group }) => ({
      name,
      label: t(`designer.variable.${name}`),
      group: t(`designer.group.${group}`),
    })),
    ...KNOWN_LISTS.flatMap(({ name: list, fields }) =>
      fields.map((field) => ({
        name: `${list}.${field}`,
        label: t(`designer.entry.${field}`),
        group: t(`designer.list.${list}`),
      })),
    ),
    ...extra.map((name) => ({ name, label: name, group: t("designer.group.own") })),
  ];
}

/** Whether anything fills in a value of that name. */
export function isKnown(name: string, extra: readonly string[]): boolean {
  return KNOWN_VARIABLES.some((known) => known.name === name) || LIST_VARIABLES.includes(name) || extra.includes(name);
}

/** What a chip says: the value's name in the reader's language, else as it is written. */
export function labelOf(t: TFunction, name: string): string {
  const known = KNOWN_VARIABLES.find((variable) => variable.name === name);
  if (known !== undefined) return t(`designer.variable.${known.name}`);
  for (const { name: list, fields } of KNOWN_LISTS) {
    const field = fields.find((each) => `${list}.${each}` === name);
    if (field !== undefined) return `${listLabelOf(t, list)}: ${t(`designer.entry.${field}`)}`;
  }
  return name;
}

/** What a list is called in the reader's language, else as it is written. */
export function listLabelOf(t: TFunction, list: string): string {
  const known = KNOWN_LISTS.find(({ name }) => name === list);
  return known === undefined ? list : t(`designer.list.${known.name}`);
}
