import { X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Dialog } from "../../../components/ui/dialog";
import { IconButton } from "../../../components/ui/button";
import { SkeletonRows } from "../../../components/ui/skeleton";
import type { SequenceBuilderView } from "../../../lib/api-types";
import { useIsPhone } from "../../../lib/media";
import { useCan, useOrgQuery } from "../../../lib/org";
import { useStored } from "../../../lib/stored";
import { useTitle } from "../../../lib/title";
import { type Builder, BuilderContext } from "./context";
import { focusSoon } from "./focus-soon";
import { NodeForm } from "./form/node-form";
import { BuilderHeader } from "./header";
import { JourneyFigures } from "./journey-figures";
import { layoutOf } from "./layout";
import { ProblemList } from "./problem-list";
import { StepList } from "./step-list";
import { useActions } from "./use-actions";
import { useDraft } from "./use-draft";
import { useKeys } from "./use-keys";
import { useOthers } from "./use-others";

// The picture library comes only where there is room for a picture.
const Canvas = lazy(async () => ({ default: (await import("./canvas")).Canvas }));

export function BuilderScreen({ sequenceId }: { sequenceId: Id<"sequences"> }) {
  const { t } = useTranslation();
  const view = useOrgQuery(api.sequences.drafts.queries.get, { sequenceId });
  useTitle(view?.name ?? t("sequences.title"));
  return (
    <div className="flex h-full min-w-0 flex-col bg-surface">
      {view === undefined ? <SkeletonRows className="px-6 pt-6" /> : <LoadedBuilder key={view.id} view={view} />}
    </div>
  );
}

function LoadedBuilder({ view }: { view: SequenceBuilderView }) {
  const { flow, problems } = view;
  const { t } = useTranslation();
  const canEdit = useCan("sequences.edit") && view.status !== "archived";
  const isPhone = useIsPhone();
  const [wantsList, setWantsList] = useStored<boolean>("builder.list", false);
  const [panel, setPanel] = useState<"step" | "problems" | null>(null);
  const [selected, select] = useState<string | null>("entrance:first");
  const [addingAt, setAddingAt] = useState<string | null>(null);
  const layout = useMemo(() => layoutOf(flow), [flow]);
  const item = layout.items.find(({ id }) => id === selected);
  const node = item?.kind === "step" ? item.node : undefined;
  const draft = useDraft(view.id, flow);
  const others = useOthers(view.id, node?.stepId ?? null);
  const actions = useActions({ flow, layout, item, draft, canEdit, select, setPanel, setAddingAt });
  useKeys(actions.keys);
  const isList = isPhone || wantsList;
  const shown = panel === "step" && node === undefined ? null : panel;
  const back = () => {
    setPanel(null);
    if (item !== undefined) actions.goTo(item.id);
  };
  const value: Builder = {
    sequenceId: view.id,
    flow,
    layout,
    problems,
    others,
    canEdit,
    selected,
    select,
    addingAt,
    setAddingAt,
    goTo: actions.goTo,
    open: actions.open,
    add: actions.add,
    paste: actions.paste,
    canPaste: actions.canPaste,
    change: draft.change,
    update: draft.update,
  };
  return (
    <BuilderContext value={value}>
      <BuilderHeader
        view={view}
        draft={draft}
        isList={isList}
        onList={isPhone ? null : setWantsList}
        onProblems={() => {
          setPanel(shown === "problems" ? null : "problems");
          focusSoon(() => document.querySelector("[data-panel] button"));
        }}
      />
      <JourneyFigures view={view} />
      <div className="flex min-h-0 grow border-t border-line">
        <div data-journey className="relative min-w-0 grow overflow-auto bg-canvas">
          {isList ? (
            <StepList />
          ) : (
            <Suspense fallback={<SkeletonRows className="p-6" />}>
              <Canvas />
            </Suspense>
          )}
        </div>
        {shown !== null && (
          <Panel
            title={shown === "problems" ? t("builder.problems") : t(`builder.kinds.${node?.kind ?? "message"}`)}
            onClose={back}
          >
            {shown === "problems" || node === undefined ? (
              <ProblemList onGo={() => setPanel(null)} />
            ) : (
              <NodeForm key={node.stepId} node={node} {...actions.ofNode(node)} />
            )}
          </Panel>
        )}
      </div>
    </BuilderContext>
  );
}

/** Beside the journey, or over it where there is no room beside. */
function Panel({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  if (isPhone) {
    return (
      <Dialog title={title} isOpen onClose={onClose}>
        {children}
      </Dialog>
    );
  }
  return (
    <section
      data-panel
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
      className="flex w-88 shrink-0 flex-col border-l border-line bg-surface"
    >
      <header className="flex items-center justify-between gap-2 border-b border-line py-2 pr-2 pl-4">
        <h2 className="truncate text-base font-semibold">{title}</h2>
        <IconButton label={t("common.close")} keys="escape" icon={<X size={16} />} onPress={onClose} />
      </header>
      <div className="min-h-0 grow overflow-y-auto p-4">{children}</div>
    </section>
  );
}
