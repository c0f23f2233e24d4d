import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Section } from "../../components/layout/page";
import { Button } from "../../components/ui/button";
import { RelativeTime } from "../../components/ui/time";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";

/** Contacts that became part of this one. The newest merge can be taken back. */
export function MergeList({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const merges = useOrgQuery(api.contacts.merges.queries.ofContact, { contactId });
  const undo = useOrgMutation(api.contacts.merges.mutations.undo);
  const takeBack = (mergeId: Id<"contactMerges">) => {
    undo({ mergeId }).then(
      () => toast(t("merges.undone")),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  if (merges === undefined || merges.length === 0) return null;
  return (
    <Section title={t("merges.title")}>
      <ul className="flex flex-col gap-1.5">
        {merges.map(({ id, name, at, state }, index) => (
          <li
            key={id}
            data-testid="merge"
            className="flex min-h-11 items-center gap-3 rounded-md border border-line px-3 py-1.5"
          >
            <span className="min-w-0 grow">
              <span className="block truncate text-sm font-medium">{name}</span>
              <span className="block text-xs text-muted">
                {state.kind === "done" ? <RelativeTime at={at} /> : t(`merges.states.${state.kind}`)}
              </span>
            </span>
            {mayEdit && index === 0 && state.kind === "done" && (
              <Button size="sm" aria-label={t("merges.undoOf", { name })} onPress={() => takeBack(id)}>
                {t("actions.undo")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
