import { useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "../../../../convex/_generated/dataModel";
import { useShortcuts } from "../../../lib/shortcuts";
import { useInboxPlace } from "../inbox-context";
import type { ListSelection } from "./use-selection";

/** The row that has the focus. */
const focused = () => document.activeElement?.closest("[data-row-id]")?.getAttribute("data-row-id") ?? null;

/**
 * x chooses the row that has the focus, else the one chosen last, unless another one was opened since: j x j x chooses two.
 * ⇧J and ⇧K go on from there (product.md 3.1). Gives what chooses by the pointer.
 */
export function useChoosing(selection: ListSelection, openId: Id<"threads"> | null): ListSelection["choose"] {
  const { t } = useTranslation();
  const { target } = useInboxPlace();
  /** The conversation that was open when a row was chosen last. */
  const chosenAt = useRef(openId);
  // A focus in the list goes along with who walks on.
  useEffect(() => {
    if (openId === null || focused() === null || focused() === openId) return;
    document.querySelector<HTMLElement>(`[data-row-id="${openId}"] a`)?.focus({ preventScroll: true });
  }, [openId]);
  const anchor = () => (chosenAt.current === target() ? selection.anchor : null);
  const row = () => (openId === target() ? focused() : null);
  const { choose } = selection;
  const chooseHere = useCallback(
    (id: string, isRange: boolean) => {
      chosenAt.current = target();
      choose(id, isRange);
    },
    [choose, target],
  );
  const extend = (by: 1 | -1) => {
    const from = anchor() ?? row() ?? target();
    chosenAt.current = target();
    selection.extend(by, from);
  };
  const group = "list" as const;
  useShortcuts([
    {
      id: "choose",
      keys: "x",
      label: t("bulk.chooseKey"),
      group,
      run: () => {
        const id = row() ?? anchor() ?? target();
        if (id === null) extend(1);
        else chooseHere(id, false);
      },
    },
    { id: "extendDown", keys: "shift+j", label: t("bulk.extendDown"), group, run: () => extend(1) },
    { id: "extendUp", keys: "shift+k", label: t("bulk.extendUp"), group, run: () => extend(-1) },
  ]);
  return chooseHere;
}
