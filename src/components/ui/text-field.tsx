import type { ReactNode, Ref } from "react";
import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from "react-aria-components";
import { cx } from "./classes";

/** One look for everything that takes text. 16 px on phones: smaller makes iOS zoom in. */
export const FIELD =
  "w-full min-w-0 rounded-md border border-edge bg-surface px-3 text-sm text-text transition-colors hover:border-muted focus:border-accent disabled:opacity-50 bad:border-danger max-md:text-lg";

type TextFieldProps = Omit<AriaTextFieldProps, "className" | "children"> & {
  label: string;
  /** Keeps the name for screen readers when the place makes it obvious. */
  hideLabel?: boolean;
  placeholder?: string;
  description?: ReactNode;
  error?: ReactNode;
  rows?: number;
  className?: string;
  inputRef?: Ref<HTMLInputElement>;
};

export function TextField(props: TextFieldProps) {
  const { label, hideLabel, placeholder, description, error, rows, className, inputRef, ...rest } = props;
  const hasError = error !== undefined && error !== null && error !== "";
  return (
    <AriaTextField {...rest} isInvalid={hasError} className={cx("flex flex-col gap-1", className)}>
      <Label className={hideLabel ? "sr-only" : "text-xs font-medium text-muted"}>{label}</Label>
      {rows === undefined ? (
        <Input ref={inputRef} placeholder={placeholder} className={cx(FIELD, "h-9 max-md:h-11")} />
      ) : (
        <TextArea rows={rows} placeholder={placeholder} className={cx(FIELD, "resize-none py-2")} />
      )}
      {description !== undefined && !hasError && (
        <Text slot="description" className="text-xs text-faint">
          {description}
        </Text>
      )}
      <FieldError className="text-xs text-danger">{error}</FieldError>
    </AriaTextField>
  );
}
