import { filterAndRankItems, SlashCommand, type SlashCommandRenderProps } from "@react-email/editor/ui";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { cx } from "../../components/ui/classes";
import { slashItems } from "./blocks";
import type { Choice } from "./variables";

/** What can be inserted, at the cursor, from the keyboard: "/" and a few letters. */
export function SlashMenu({ choices }: { choices: readonly Choice[] }) {
  const { t } = useTranslation();
  const items = useMemo(() => slashItems(t, choices), [t, choices]);
  return (
    <SlashCommand items={items} filterItems={(all, query) => (query === "" ? all : filterAndRankItems(all, query))}>
      {(props) => <SlashList {...props} />}
    </SlashCommand>
  );
}

function SlashList({ items, selectedIndex, onSelect }: SlashCommandRenderProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[selectedIndex]?.scrollIntoView({ block: "nearest" });
  }, [selectedIndex]);
  return (
    <div
      ref={list}
      role="listbox"
      aria-label={t("designer.insert")}
      className="float-in max-h-72 w-64 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-float"
    >
      {items.length === 0 && <p className="px-2 py-1.5 text-xs text-muted">{t("designer.nothingFound")}</p>}
      {items.map((item, index) => (
        <button
          key={`${item.category}/${item.title}`}
          type="button"
          role="option"
          aria-selected={index === selectedIndex}
          tabIndex={-1}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onSelect(index)}
          className={cx(
            "flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left text-sm",
            index === selectedIndex ? "bg-hover" : "",
          )}
        >
          <span aria-hidden className="text-muted">
            {item.icon}
          </span>
          <span className="grow truncate">{item.title}</span>
          <span className="truncate text-xs text-faint">{item.category}</span>
        </button>
      ))}
    </div>
  );
}
