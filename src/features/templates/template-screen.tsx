import { Link } from "@tanstack/react-router";
import { ChevronLeft, Eye } from "lucide-react";
import type { Editor } from "@tiptap/react";
import { type RefObject, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { MessagePreview } from "../../components/preview/message-preview";
import { PreviewDialog } from "../../components/preview/preview-dialog";
import { Registrations } from "../../components/registrations/registrations";
import { Badge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { toast, toastError } from "../../components/ui/toast";
import type { TemplateView } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useIsWide } from "../../lib/media";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { settledVersion } from "../../editor/together/use-shared-doc";
import { Others } from "./others";
import { CHANNELS_OF } from "./sets";
import { TemplateActions } from "./template-actions";
import { TemplateStateBadge } from "./template-state";
import { TextForm } from "./text-form";
import { UsedIn } from "./used-in";
import { type TextDraft, useTextDraft } from "./use-text-draft";
import { Versions } from "./versions";

type Tab = "text" | "versions" | "use" | "whatsapp";

/** One template: its text with a live preview, its versions, where it is used, how WhatsApp knows it. */
export function TemplateScreen({ templateId }: { templateId: Id<"templates"> }) {
  const { t } = useTranslation();
  const view = useOrgQuery(api.templates.drafts.queries.get, { templateId });
  useTitle(view?.name ?? t("templates.title"));
  if (view === undefined) return <SkeletonRows />;
  return <Loaded key={templateId} view={view} />;
}

function Loaded({ view }: { view: TemplateView }) {
  const { t } = useTranslation();
  const mayEdit = useCan("templates.edit");
  const [tab, setTab] = useState<Tab>("text");
  const draft = useTextDraft(view);
  const isWide = useIsWide();
  const editor = useRef<Editor | null>(null);
  const keepEditor = useCallback((current: Editor | null) => {
    editor.current = current;
  }, []);
  const [isPreviewing, setIsPreviewing] = useState(false);
  const channels = CHANNELS_OF[view.channelType];
  const isBeside = isWide && tab === "text" && channels.length > 0;
  const preview = {
    templateId: view.id,
    channels,
    purpose: "transactional" as const,
    text: draft.text,
    parts: draft.text.whatsapp,
  };
  const knowsWhatsApp = channels.includes("whatsapp");
  const tabs = [
    { id: "text" as const, label: t("templates.text") },
    { id: "versions" as const, label: t("templates.versions") },
    { id: "use" as const, label: t("templates.usedIn") },
    ...(knowsWhatsApp ? [{ id: "whatsapp" as const, label: t("texts.whatsapp") }] : []),
  ];
  return (
    <div className="flex h-full min-w-0 flex-col bg-surface">
      <ScreenHeader
        view={view}
        draft={draft}
        editor={editor}
        onPreview={channels.length === 0 || isBeside ? null : () => setIsPreviewing(true)}
      />
      {view.state === "archived" && mayEdit && (
        <p className="mx-6 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn max-md:mx-4">
          {t("templates.archivedText")}
        </p>
      )}
      <Tabs
        label={t("templates.title")}
        tabs={tabs}
        value={tab}
        onChange={setTab}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        <div className="min-h-0 grow overflow-y-auto px-6 py-4 max-md:px-4">
          {tab === "text" && (
            <div className={isBeside ? "grid grid-cols-2 gap-8" : "max-w-3xl"}>
              <TextForm
                templateId={view.id}
                onEditor={keepEditor}
                channelType={view.channelType}
                text={draft.text}
                onChange={draft.change}
                isDisabled={!mayEdit || view.state === "archived"}
              />
              {isBeside && (
                <section aria-label={t("preview.open")} className="min-w-0">
                  <MessagePreview {...preview} />
                </section>
              )}
            </div>
          )}
          {tab === "versions" && <Versions view={view} onRestored={() => setTab("text")} />}
          {tab === "use" && <UsedIn templateId={view.id} />}
          {tab === "whatsapp" && (
            <div className="flex max-w-4xl flex-col gap-4">
              <Registrations templateId={view.id} />
            </div>
          )}
        </div>
      </Tabs>
      {isPreviewing && <PreviewDialog name={view.name} {...preview} onClose={() => setIsPreviewing(false)} />}
    </div>
  );
}

type ScreenHeaderProps = {
  view: TemplateView;
  draft: TextDraft;
  /** Of an e-mail that others write in too. */
  editor: RefObject<Editor | null>;
  /** Null where the preview stands beside the text, or there is none. */
  onPreview: (() => void) | null;
};

function ScreenHeader({ view, draft, editor, onPreview }: ScreenHeaderProps) {
  const { t } = useTranslation();
  const mayEdit = useCan("templates.edit");
  const publish = usePublish(view, editor);
  return (
    <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 px-6 pt-3 pb-1 max-md:px-4">
      <Link
        to="/templates"
        aria-label={t("templates.back")}
        className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text max-md:size-11"
      >
        <ChevronLeft aria-hidden size={18} />
      </Link>
      <div className="min-w-0 grow basis-48">
        <h1 className="truncate text-lg font-semibold">{view.name}</h1>
        <p className="flex flex-wrap items-center gap-1.5 text-xs text-muted">
          <TemplateStateBadge state={view.state} />
          <Badge>{t(`texts.channels.${view.channelType}`)}</Badge>
          <Badge>{view.locale}</Badge>
          {view.version !== null && <span>{t("templates.version", { number: view.version.number })}</span>}
          <span role="status">{t(draft.isSaved ? savedKey(view) : "templates.saving")}</span>
        </p>
      </div>
      <div className="flex items-center gap-3 empty:hidden max-md:w-full max-md:justify-end">
        <Others templateId={view.id} />
        {onPreview !== null && (
          <Button icon={<Eye aria-hidden size={15} />} onPress={onPreview}>
            {t("preview.open")}
          </Button>
        )}
        {mayEdit && (
          <>
            <TemplateActions view={view} isSaved={draft.isSaved} />
            <Button variant="primary" isDisabled={view.draft === null || !draft.isSaved} onPress={publish}>
              {t("templates.publish")}
            </Button>
          </>
        )}
      </div>
    </header>
  );
}

function savedKey({ draft, version }: TemplateView) {
  if (draft === null) return "templates.published" as const;
  return version === null ? ("templates.savedNew" as const) : ("templates.savedDraft" as const);
}

function usePublish({ id: templateId, version, draft }: TemplateView, editor: RefObject<Editor | null>): () => void {
  const { t } = useTranslation();
  const publish = useOrgMutation(api.templates.drafts.mutations.publish);
  const run = async () => {
    const current = editor.current;
    // The last words of this page are part of it.
    if (current !== null && (await settledVersion(current)) === null) return toastError(t("sharing.notSettled"));
    await publish({ templateId, revision: draft?.revision ?? 0 });
    toast(t("templates.nowLive", { number: (version?.number ?? 0) + 1 }));
  };
  return () =>
    void run().catch((thrown: unknown) => {
      const error = asAppError(thrown);
      // What is wrong with the text is said by the server in its own words: a broken place, an empty text.
      toastError(
        error?.code === "invalid" ? t("templates.notPublished", { reason: error.message }) : describeError(thrown, t),
      );
    });
}
