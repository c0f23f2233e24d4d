import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Badge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { RelativeTime } from "../../components/ui/time";
import { toast, toastError } from "../../components/ui/toast";
import type { TemplateText, TemplateVersionRow, TemplateView } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgPaginatedQuery } from "../../lib/org";
import { textDiff } from "./text-diff";
import { textOf } from "./use-text-draft";
import { History } from "lucide-react";

const PAGE_SIZE = 20;
const DRAFT = "draft";

/** Every version of a template: who made it and when, what changed between two, and a way back. */
export function Versions({ view, onRestored }: { view: TemplateView; onRestored: () => void }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.templates.drafts.queries.versions,
    { templateId: view.id },
    { initialNumItems: PAGE_SIZE },
  );
  const [pair, setPair] = useState<{ before: string; after: string } | null>(null);
  if (status === "LoadingFirstPage") return <SkeletonRows className="px-0" />;
  const [newest] = results;
  if (newest === undefined) return <EmptyState icon={History} title={t("templates.noVersions")} />;
  const hasDraft = view.draft !== null;
  const after = pair?.after ?? (hasDraft ? DRAFT : newest.id);
  const before = pair?.before ?? (hasDraft ? newest.id : (results[1]?.id ?? newest.id));
  const textAt = (id: string): TemplateText | undefined =>
    id === DRAFT ? textOf(view) : results.find((version) => version.id === id);
  const options = [
    ...(hasDraft ? [{ id: DRAFT, label: t("templates.states.draft") }] : []),
    ...results.map(({ id, number }) => ({ id: String(id), label: t("templates.version", { number }) })),
  ];
  const [earlier, later] = [textAt(before), textAt(after)];
  return (
    <div className="grid grid-cols-[minmax(16rem,1fr)_2fr] gap-6 max-lg:grid-cols-1">
      <div className="flex flex-col gap-2">
        <ol aria-label={t("templates.versions")} className="divide-y divide-line rounded-lg border border-line">
          {results.map((version) => (
            <VersionRow
              key={version.id}
              version={version}
              isLive={version.id === view.version?.id}
              templateId={view.id}
              hasDraft={hasDraft}
              onCompare={() => setPair({ before: version.id, after: hasDraft ? DRAFT : newest.id })}
              onRestored={onRestored}
            />
          ))}
        </ol>
        {status === "CanLoadMore" && (
          <Button size="sm" className="self-start" onPress={() => loadMore(PAGE_SIZE)}>
            {t("common.more")}
          </Button>
        )}
      </div>
      <section aria-label={t("templates.difference")} className="flex min-w-0 flex-col gap-3">
        <div className="flex flex-wrap items-end gap-2">
          <Select
            label={t("templates.before")}
            className="w-40"
            value={before}
            options={options}
            onChange={(id) => setPair({ before: id, after })}
          />
          <Select
            label={t("templates.after")}
            className="w-40"
            value={after}
            options={options}
            onChange={(id) => setPair({ before, after: id })}
          />
        </div>
        {earlier !== undefined && later !== undefined && <Difference before={earlier} after={later} />}
      </section>
    </div>
  );
}

type VersionRowProps = {
  version: TemplateVersionRow;
  isLive: boolean;
  templateId: Id<"templates">;
  hasDraft: boolean;
  onCompare: () => void;
  onRestored: () => void;
};

function VersionRow({ version, isLive, templateId, hasDraft, onCompare, onRestored }: VersionRowProps) {
  const { t } = useTranslation();
  const mayEdit = useCan("templates.edit");
  const restore = useOrgMutation(api.templates.drafts.mutations.restore);
  const { id, number, createdAt, createdByName } = version;
  const bringBack = async () => {
    try {
      await restore({ templateId, versionId: id });
      toast(t("templates.restored", { number }));
      onRestored();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <li data-testid="template-version" className="flex flex-col gap-2 px-3 py-2.5">
      <span className="flex flex-wrap items-center gap-2 text-sm">
        <span className="font-medium">{t("templates.version", { number })}</span>
        {isLive && <Badge tone="ok">{t("templates.live")}</Badge>}
        <span className="text-xs text-faint">
          {createdByName === null ? "" : `${createdByName} · `}
          <RelativeTime at={createdAt} />
        </span>
      </span>
      <span className="flex flex-wrap gap-1">
        <Button size="sm" variant="quiet" onPress={onCompare}>
          {t("templates.compare")}
        </Button>
        {mayEdit && (
          <Button size="sm" variant="quiet" onPress={() => void bringBack()}>
            {t(hasDraft ? "templates.restoreOver" : "templates.restore")}
          </Button>
        )}
      </span>
    </li>
  );
}

const PARTS = ["subject", "body", "shortBody"] as const;

function Difference({ before, after }: { before: TemplateText; after: TemplateText }) {
  const { t } = useTranslation();
  const shown = PARTS.filter((part) => (before[part] ?? "") !== "" || (after[part] ?? "") !== "");
  return shown.map((part) => {
    const parts = textDiff(before[part] ?? "", after[part] ?? "");
    const isSame = parts.every(({ kind }) => kind === "same");
    return (
      <div key={part} className="flex flex-col gap-1">
        <h3 className="text-xs font-medium text-muted">
          {t(`templates.parts.${part}`)}
          {isSame && <span className="font-normal text-faint"> · {t("templates.same")}</span>}
        </h3>
        <div className="grid grid-cols-2 gap-2 max-md:grid-cols-1">
          {(["removed", "added"] as const).map((side) => (
            <p
              key={side}
              data-testid={`diff-${side}`}
              className="rounded-md border border-line bg-sunken p-3 text-sm break-words whitespace-pre-wrap"
            >
              {parts.map((each, index) =>
                each.kind === "same" ? (
                  each.text
                ) : each.kind === side ? (
                  <mark
                    key={index}
                    className={cx("rounded-sm", side === "added" ? "bg-ok-soft text-ok" : "bg-danger-soft text-danger")}
                  >
                    {each.text}
                  </mark>
                ) : null,
              )}
            </p>
          ))}
        </div>
      </div>
    );
  });
}
