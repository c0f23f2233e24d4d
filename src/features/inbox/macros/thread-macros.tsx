import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { toastError } from "../../../components/ui/toast";
import type { ThreadDetail } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { useShortcuts } from "../../../lib/shortcuts";
import { BulkProgress } from "../bulk/bulk-progress";
import type { MacroRun } from "../bulk/use-bulk";
import { changeOpenDrafts } from "../draft-desk";
import { MacroDialog } from "./macro-dialog";

/** The key that offers macros; product.md 3.1 names none. */
export const MACRO_KEYS = "q";

/** Those the palette names one by one; all of them are behind the key. */
const MAX_IN_PALETTE = 20;

type ThreadMacrosProps = { thread: ThreadDetail; isOpen: boolean; onOpen: (isOpen: boolean) => void };

/** Runs macros on the open conversation: by its key, by name from the palette. */
export function ThreadMacros({ thread, isOpen, onOpen }: ThreadMacrosProps) {
  const { t } = useTranslation();
  const [chosenId, setChosenId] = useState<Id<"macros"> | undefined>(undefined);
  const [ordered, setOrdered] = useState<Id<"bulkOperations"> | null>(null);
  const macros = useOrgQuery(api.inbox.macros.queries.offered, { threadId: thread.id }) ?? [];
  const run = useOrgMutation(api.inbox.macros.mutations.run);
  const open = (macroId?: Id<"macros">) => {
    setChosenId(macroId);
    onOpen(true);
  };
  useShortcuts([
    { id: "macros", keys: MACRO_KEYS, label: t("macros.open"), group: "thread", run: () => open() },
    ...macros.slice(0, MAX_IN_PALETTE).map(({ id, name }) => ({
      id: `macro-${id}`,
      keys: null,
      label: t("macros.named", { name }),
      group: "thread" as const,
      run: () => open(id),
    })),
  ]);
  const order = async ({ macroId, target, writesDrafts }: MacroRun) => {
    const give = () => run({ macroId, target, clientId: crypto.randomUUID() });
    try {
      setOrdered(await (writesDrafts ? changeOpenDrafts(give) : give()));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <>
      {ordered !== null && (
        <BulkProgress key={ordered} operationId={ordered} onEnd={() => setOrdered(null)} onUndone={() => undefined} />
      )}
      {isOpen && (
        <MacroDialog
          target={{ kind: "threads", threadIds: [thread.id] }}
          chosenId={chosenId}
          onClose={() => onOpen(false)}
          onRun={(asked) => void order(asked)}
        />
      )}
    </>
  );
}
