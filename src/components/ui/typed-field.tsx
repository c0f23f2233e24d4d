import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "./text-field";

/** After the last key: long enough not to save every letter, short enough that nothing is lost (product.md 3.2: 1 s). */
const COMMIT_AFTER_MS = 500;

/** Text being typed that is handed on when the person pauses, leaves the field or the form closes. */
function useTyped(value: string, commit: (text: string) => void) {
  const [typed, setTyped] = useState<string | null>(null);
  const held = useRef<{ text: string | null; timer?: ReturnType<typeof setTimeout>; commit: typeof commit }>({
    text: null,
    commit,
  });
  useEffect(() => {
    held.current.commit = commit;
  });
  const flush = () => {
    const { text, timer } = held.current;
    clearTimeout(timer);
    held.current.text = null;
    setTyped(null);
    if (text !== null) held.current.commit(text);
  };
  useEffect(() => {
    const now = held.current;
    return () => {
      clearTimeout(now.timer);
      if (now.text !== null) now.commit(now.text);
      now.text = null;
    };
  }, []);
  const onChange = (text: string) => {
    clearTimeout(held.current.timer);
    held.current.text = text;
    setTyped(text);
    held.current.timer = setTimeout(() => {
      if (held.current.text === null) return;
      held.current.commit(held.current.text);
      held.current.text = null;
    }, COMMIT_AFTER_MS);
  };
  return { text: typed ?? value, onChange, onBlur: flush };
}

type TypedProps = {
  label: string;
  hideLabel?: boolean;
  value: string;
  onCommit: (text: string) => void;
  isDisabled: boolean;
  placeholder?: string;
  description?: string;
  type?: "text" | "time" | "date";
  className?: string;
};

/** A text that saves itself. */
export function TypedField({ value, onCommit, ...rest }: TypedProps) {
  const { text, onChange, onBlur } = useTyped(value, (next) => next !== value && onCommit(next));
  return <TextField {...rest} value={text} onChange={onChange} onBlur={onBlur} />;
}

type NumberProps = Omit<TypedProps, "value" | "onCommit" | "type"> & {
  value: number;
  onCommit: (value: number) => void;
  min?: number;
};

/** A whole number that saves itself; what is none says so and is not saved. */
export function NumberField({ value, onCommit, min = 0, ...rest }: NumberProps) {
  const { t } = useTranslation();
  const parse = (text: string) => (/^\d+$/.test(text.trim()) && Number(text) >= min ? Number(text) : null);
  const { text, onChange, onBlur } = useTyped(String(value), (next) => {
    const parsed = parse(next);
    if (parsed !== null && parsed !== value) onCommit(parsed);
  });
  const error = parse(text) === null ? t("builder.wholeNumber", { min }) : null;
  return <TextField {...rest} inputMode="numeric" value={text} onChange={onChange} onBlur={onBlur} error={error} />;
}
