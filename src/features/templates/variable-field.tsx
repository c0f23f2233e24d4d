import { Braces } from "lucide-react";
import { type RefObject, useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { placeAfter } from "../../../convex/templates/drafts/merge";
import { JOURNEY_VARIABLES } from "../../../convex/templates/plausible";
import { IconButton } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { Menu } from "../../components/ui/menu";
import { FIELD } from "../../components/ui/text-field";

const PARTS = /(\{\{\s*[\p{L}_][\p{L}\p{N}_.]*\s*\}\})/u;
/** The letters of field and marks must lie on each other. */
const LETTERS = "px-3 py-2 text-sm leading-5 break-words whitespace-pre-wrap max-md:text-lg max-md:leading-6";

type VariableFieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  rows: number;
  isDisabled?: boolean;
  error?: string | null;
  description?: string;
};

/** A text with places for values: each stands out, and is put in at the caret from a list. */
export function VariableField(props: VariableFieldProps) {
  const { label, value, onChange, rows, isDisabled = false, error, description } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const id = useId();
  const noteCaret = useCaretIn(field, value);
  const insert = (name: string) => {
    const input = field.current;
    const [from, to] = [input?.selectionStart ?? value.length, input?.selectionEnd ?? value.length];
    const place = `{{${name}}}`;
    onChange(`${value.slice(0, from)}${place}${value.slice(to)}`);
    // The field has its new text after this render; the menu gives the focus back before.
    setTimeout(() => {
      input?.focus();
      input?.setSelectionRange(from + place.length, from + place.length);
    });
  };
  const note = error ?? description;
  return (
    <div className="flex flex-col gap-1">
      <span className="flex items-center justify-between gap-2">
        <label htmlFor={id} className="text-xs font-medium text-muted">
          {label}
        </label>
        <VariableMenu label={label} isDisabled={isDisabled} onChoose={insert} />
      </span>
      <div className="relative">
        <div
          aria-hidden
          ref={marks}
          className={cx(LETTERS, "absolute inset-0 overflow-hidden border border-transparent text-transparent")}
        >
          {value.split(PARTS).map((part, index) =>
            index % 2 === 0 ? (
              part
            ) : (
              <span key={index} className="rounded-sm bg-accent-soft ring-1 ring-accent/30">
                {part}
              </span>
            ),
          )}
          {"\n"}
        </div>
        <textarea
          id={id}
          ref={field}
          rows={rows}
          value={value}
          disabled={isDisabled}
          aria-invalid={error !== undefined && error !== null}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          onSelect={noteCaret}
          onChange={(event) => {
            noteCaret();
            onChange(event.target.value);
          }}
          onScroll={(event) => {
            if (marks.current !== null) marks.current.scrollTop = event.currentTarget.scrollTop;
          }}
          className={cx(FIELD, LETTERS, "relative block resize-y bg-transparent!")}
        />
      </div>
      {note !== undefined && (
        <p id={`${id}-note`} className={cx("text-xs", error ? "text-danger" : "text-faint")}>
          {note}
        </p>
      )}
    </div>
  );
}

/** Keeps the caret at its words when others write in the same text. Returns what is to be called where it was moved here. */
function useCaretIn(field: RefObject<HTMLTextAreaElement | null>, value: string): () => void {
  const known = useRef({ value, from: 0, to: 0 });
  useLayoutEffect(() => {
    const input = field.current;
    const { value: before, from, to } = known.current;
    if (input === null || document.activeElement !== input || before === value) return;
    input.setSelectionRange(placeAfter(before, value, from), placeAfter(before, value, to));
  }, [field, value]);
  return () => {
    const input = field.current;
    if (input === null) return;
    known.current = { value: input.value, from: input.selectionStart, to: input.selectionEnd };
  };
}

type VariableMenuProps = { label: string; isDisabled: boolean; onChoose: (name: string) => void };

function VariableMenu({ label, isDisabled, onChoose }: VariableMenuProps) {
  const { t } = useTranslation();
  const items = JOURNEY_VARIABLES.map((name) => ({
    id: name,
    label: t(`templates.variables.${name}` as never, { defaultValue: name }),
    onAction: () => onChoose(name),
  }));
  return (
    <Menu
      label={t("templates.insertVariable")}
      trigger={
        <IconButton
          size="sm"
          label={t("templates.insertVariableIn", { field: label })}
          icon={<Braces size={14} />}
          isDisabled={isDisabled}
        />
      }
      groups={[{ id: "variables", items }]}
    />
  );
}
