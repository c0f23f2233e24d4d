import { Link } from "@tanstack/react-router";
import { Lock, MessageSquareQuote, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { BrandBadge } from "../../../components/brand";
import { Badge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { Switch } from "../../../components/ui/switch";
import { TextField } from "../../../components/ui/text-field";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { matchesWords } from "../../../lib/match-words";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { Template } from "../../../components/registrations/registrations";
import { TextDialog } from "./text-dialog";

/** Snippets: the team's, and one's own. Whole messages have a screen of their own. */
export function Texts() {
  const { t } = useTranslation();
  const mayEditTeam = useCan("templates.edit");
  const mayWrite = useCan("inbox.reply");
  const team = useOrgQuery(api.templates.queries.list, {});
  const own = useOrgQuery(api.templates.queries.mine, {});
  const [text, setText] = useState("");
  const [edited, setEdited] = useState<Template | "new" | null>(null);
  if (team === undefined || own === undefined) return <SkeletonRows count={4} className="px-0" />;
  const all = [...own, ...team.filter(({ isSnippet }) => isSnippet)];
  const shown = all.filter(({ name, version }) => matchesWords(`${name} ${version?.body ?? ""}`, text));
  const add = (mayEditTeam || mayWrite) && (
    <Button variant="primary" icon={<Plus aria-hidden size={14} />} onPress={() => setEdited("new")}>
      {t("texts.add")}
    </Button>
  );
  return (
    <>
      <p className="text-sm text-muted">
        {t("texts.intro")}{" "}
        <Link to="/templates" className="font-medium text-accent-text underline underline-offset-2">
          {t("texts.toTemplates")}
        </Link>
      </p>
      {all.length === 0 ? (
        <EmptyState icon={MessageSquareQuote} title={t("texts.none")} text={t("texts.noneText")} action={add} />
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <TextField
              label={t("texts.search")}
              hideLabel
              placeholder={t("texts.search")}
              value={text}
              onChange={setText}
              className="w-64 max-w-full"
            />
            {add}
          </div>
          {shown.length === 0 ? (
            <p className="text-sm text-faint">{t("composing.notFound")}</p>
          ) : (
            <ul className="divide-y divide-line rounded-lg border border-line">
              {shown.map((each) => (
                <TextRow
                  key={each.id}
                  text={each}
                  onEdit={(each.isPrivate ? mayWrite : mayEditTeam) ? () => setEdited(each) : null}
                />
              ))}
            </ul>
          )}
        </>
      )}
      {edited !== null && (
        <TextDialog
          edited={edited === "new" ? null : edited}
          mayEditTeam={mayEditTeam}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

function TextRow({ text, onEdit }: { text: Template; onEdit: (() => void) | null }) {
  const { t } = useTranslation();
  const setActive = useOrgMutation(api.templates.mutations.setActive);
  const { id, name, channelType, businessEntity, locale, isActive, usageCount, version } = text;
  const Icon = text.isPrivate ? Lock : MessageSquareQuote;
  const change = (isOn: boolean) => {
    setActive({ templateId: id, isActive: isOn }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <li data-testid="text" className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 max-md:px-3">
      <Icon aria-hidden size={15} className="shrink-0 text-faint" />
      <span className="min-w-0 flex-1 basis-52">
        <span className="block truncate text-sm font-medium">{name}</span>
        <span className="block truncate text-xs text-muted">{version?.body}</span>
      </span>
      <span className="flex flex-wrap items-center gap-1.5">
        {text.isPrivate && <Badge>{t("composing.private")}</Badge>}
        <BrandBadge brand={businessEntity} />
        {channelType !== "any" && <Badge>{t(`texts.channels.${channelType}`)}</Badge>}
        <Badge>{locale}</Badge>
        <span className="text-xs text-faint">{t("texts.used", { count: usageCount })}</span>
      </span>
      {onEdit !== null && (
        <>
          <Switch label={t("texts.isOffered", { name })} isOn={isActive} onChange={change} />
          <Button size="sm" aria-label={t("texts.editOf", { name })} onPress={onEdit}>
            {t("settings.edit")}
          </Button>
        </>
      )}
    </li>
  );
}
