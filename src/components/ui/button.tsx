import type { ReactNode } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from "react-aria-components";
import { isApplePlatform, keyCaps } from "../../lib/keyboard";
import { cx } from "./classes";
import { Kbd } from "./kbd";

type ButtonVariant = "primary" | "secondary" | "quiet" | "danger";

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong pressed:bg-accent-strong",
  secondary: "border border-edge/60 bg-surface text-text hover:bg-hover pressed:bg-hover",
  quiet: "text-muted hover:bg-hover hover:text-text pressed:bg-hover",
  danger: "border border-danger/50 bg-surface text-danger hover:bg-danger-soft pressed:bg-danger-soft",
};

const BASE =
  "inline-flex shrink-0 cursor-default items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors select-none disabled:opacity-45 data-[pending]:opacity-60";

type ButtonProps = Omit<AriaButtonProps, "className" | "children"> & {
  variant?: ButtonVariant;
  size?: "sm" | "md";
  icon?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Shown with its keys in a tooltip. */
  keys?: string;
};

export function Button({ variant = "secondary", size = "md", icon, children, className, keys, ...rest }: ButtonProps) {
  const button = (
    <AriaButton
      {...rest}
      className={cx(
        BASE,
        VARIANTS[variant],
        size === "sm" ? "h-7 px-2 text-xs max-md:h-11 max-md:min-w-11" : "h-8 px-3 text-sm max-md:h-11",
        className,
      )}
    >
      {icon}
      {children}
    </AriaButton>
  );
  if (keys === undefined) return button;
  return (
    <WithTooltip label={null} keys={keys}>
      {button}
    </WithTooltip>
  );
}

type IconButtonProps = Omit<AriaButtonProps, "className" | "children" | "aria-label"> & {
  /** The accessible name, also the tooltip. */
  label: string;
  icon: ReactNode;
  keys?: string;
  isActive?: boolean;
  size?: "sm" | "md";
  className?: string;
};

export function IconButton({ label, icon, keys, isActive, size = "md", className, ...rest }: IconButtonProps) {
  return (
    <WithTooltip label={label} keys={keys}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={cx(
          "inline-flex shrink-0 cursor-default items-center justify-center rounded-md transition-colors disabled:opacity-40",
          size === "sm" ? "size-7 max-md:size-11" : "size-8 max-md:size-11",
          isActive
            ? "bg-accent-soft text-accent-text"
            : "text-muted hover:bg-hover hover:text-text pressed:bg-hover pressed:text-text",
          className,
        )}
      >
        {icon}
      </AriaButton>
    </WithTooltip>
  );
}

/** Tooltip around any focusable React Aria element: label, keys or both. */
export function WithTooltip(props: { label: string | null; keys?: string | undefined; children: ReactNode }) {
  // Key caps are hidden from screen readers: alone in a tooltip they leave it without a name.
  const name =
    props.label === null && props.keys !== undefined ? keyCaps(props.keys, isApplePlatform()).join(" ") : null;
  return (
    <TooltipTrigger delay={450} closeDelay={80}>
      {props.children}
      <Tooltip
        offset={6}
        className="float-in z-50 flex max-w-72 items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-xs text-text shadow-float"
      >
        {props.label}
        {name !== null && <span className="sr-only">{name}</span>}
        {props.keys !== undefined && <Kbd keys={props.keys} />}
      </Tooltip>
    </TooltipTrigger>
  );
}
