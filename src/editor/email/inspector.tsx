import { useEditorState, type Editor } from "@tiptap/react";
import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CONDITION_TESTS } from "../../../convex/templates/documents/blocks";
import { KNOWN_LISTS } from "../../../convex/templates/documents/known";
import { IconButton } from "../../components/ui/button";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { ColorField } from "./color-field";
import { placesIn, removeAt, setAt, type Place } from "./places";
import type { Choice } from "./variables";

type InspectorProps = { editor: Editor; choices: readonly Choice[] };

/** What can be set about what the cursor is in: innermost first, each with a way to take it out. */
export function Inspector({ editor, choices }: InspectorProps) {
  const { t } = useTranslation();
  const places = useEditorState({ editor, selector: ({ editor: current }) => placesIn(current.state) });
  if (places.length === 0) return null;
  return (
    <div role="group" aria-label={t("designer.settings")} className="border-b border-line bg-canvas px-2 py-1.5">
      {places.map((place) => (
        <div key={`${place.type}${place.at}`} className="flex flex-wrap items-center gap-2 py-0.5">
          <span className="w-20 shrink-0 text-xs font-medium text-muted">{t(`designer.place.${place.type}`)}</span>
          <Fields place={place} choices={choices} set={(attrs) => setAt(editor, place, attrs)} />
          <IconButton
            size="sm"
            label={t("designer.remove", { what: t(`designer.place.${place.type}`) })}
            icon={<Trash2 size={14} />}
            onPress={() => removeAt(editor, place)}
          />
        </div>
      ))}
    </div>
  );
}

type FieldsProps = {
  place: Place;
  choices: readonly Choice[];
  set: (attrs: Record<string, string | null>) => void;
};

function Fields({ place, choices, set }: FieldsProps) {
  const { t } = useTranslation();
  const field = (name: "fallback" | "href" | "alt" | "width" | "value", placeholder?: string) => (
    <TextField
      label={t(`designer.field.${name}`)}
      hideLabel
      placeholder={placeholder ?? t(`designer.field.${name}`)}
      value={place.attrs[name] ?? ""}
      onChange={(value) => set({ [name]: value })}
      className="min-w-32 grow"
    />
  );
  switch (place.type) {
    case "variable":
      return field("fallback");
    case "link":
    case "button":
      return field("href", "https://");
    case "image":
      return (
        <>
          {field("alt")}
          {field("width")}
          {field("href", "https://")}
        </>
      );
    case "section":
      return (
        <ColorField
          label={t("designer.field.background")}
          value={place.attrs.background ?? null}
          onChange={(background) => set({ background })}
        />
      );
    case "textColor":
      return (
        <ColorField
          label={t("designer.field.color")}
          value={place.attrs.color ?? null}
          onChange={(color) => set({ color })}
        />
      );
    case "repeat":
      return (
        <Select
          label={t("designer.field.list")}
          hideLabel
          options={KNOWN_LISTS.map(({ name }) => ({ id: name, label: t(`designer.list.${name}`) }))}
          value={KNOWN_LISTS.find(({ name }) => name === place.attrs.list)?.name ?? "people"}
          onChange={(list) => set({ list })}
        />
      );
    case "showIf":
      return (
        <>
          <Select
            label={t("designer.field.variable")}
            hideLabel
            options={choices.map(({ name, label, group }) => ({ id: name, label: `${group}: ${label}` }))}
            value={place.attrs.variable ?? ""}
            onChange={(variable) => set({ variable })}
          />
          <Select
            label={t("designer.field.test")}
            hideLabel
            options={CONDITION_TESTS.map((test) => ({ id: test, label: t(`designer.test.${test}`) }))}
            value={CONDITION_TESTS.find((test) => test === place.attrs.test) ?? "set"}
            onChange={(test) => set({ test })}
          />
          {(place.attrs.test === "equals" || place.attrs.test === "differs") && field("value")}
        </>
      );
  }
}
