import { Link, useNavigate } from "@tanstack/react-router";
import { FileText, Plus } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { BusinessEntity } from "../../../convex/lib/closedSets";
import { TEMPLATE_CATEGORIES, TEMPLATE_CHANNEL_TYPES } from "../../../convex/templates/sets";
import { Page } from "../../components/layout/page";
import { BrandBadge } from "../../components/brand";
import { ChannelIcon } from "../../components/status";
import { Badge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import type { TemplateRow, TemplateUse } from "../../lib/api-types";
import { useBrandOptions } from "../../lib/brands";
import { useLanguage } from "../../lib/i18n";
import { useCan, useOrgMutation, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { IdentityDialog } from "./identity-dialog";
import { CHANNELS_OF, LANGUAGES, STATES } from "./sets";
import { TemplateStateBadge } from "./template-state";

const PAGE_SIZE = 50;
const ALL = "every";

type Filters = {
  state: (typeof STATES)[number] | typeof ALL;
  channelType: (typeof TEMPLATE_CHANNEL_TYPES)[number] | typeof ALL;
  category: (typeof TEMPLATE_CATEGORIES)[number] | typeof ALL;
  businessEntity: BusinessEntity | typeof ALL;
  language: (typeof LANGUAGES)[number] | typeof ALL;
};
const NO_FILTERS: Filters = { state: ALL, channelType: ALL, category: ALL, businessEntity: ALL, language: ALL };

/** The team's templates: found by name, channel, category, brand, language and state. */
export function TemplateList() {
  const { t } = useTranslation();
  const mayEdit = useCan("templates.edit");
  const [text, setText] = useState("");
  const [filters, setFilters] = useState(NO_FILTERS);
  const [isAdding, setIsAdding] = useState(false);
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.templates.drafts.queries.list,
    { ...chosenOf(filters), ...(text.trim() === "" ? {} : { text: text.trim() }) },
    { initialNumItems: PAGE_SIZE },
  );
  const uses = useOrgQuery(api.sequences.templateUse.queries.list, {}) ?? [];
  useTitle(t("templates.title"));
  // A page of which nothing passed the filters is no answer yet.
  useEffect(() => {
    if (status === "CanLoadMore" && results.length === 0) loadMore(PAGE_SIZE);
  }, [status, results.length, loadMore]);
  const add = mayEdit && (
    <Button variant="primary" icon={<Plus aria-hidden size={15} />} onPress={() => setIsAdding(true)}>
      {t("templates.new")}
    </Button>
  );
  const isFiltered = text.trim() !== "" || Object.values(filters).some((value) => value !== ALL);
  return (
    <Page
      title={t("templates.title")}
      description={t("templates.description")}
      className="gap-3 overflow-y-auto px-6 pt-3 pb-8 max-md:px-4"
      actions={add}
    >
      <FilterBar text={text} onText={setText} filters={filters} onChange={setFilters} />
      {status === "LoadingFirstPage" ? (
        <SkeletonRows className="px-0" />
      ) : results.length === 0 ? (
        <EmptyState
          icon={FileText}
          title={t(isFiltered ? "templates.noneFound" : "templates.none")}
          text={isFiltered ? undefined : t("templates.noneText")}
        />
      ) : (
        <ul aria-label={t("templates.title")} className="divide-y divide-line rounded-lg border border-line">
          {results.map((template) => (
            <TemplateItem
              key={template.id}
              template={template}
              uses={uses.filter(({ templateId }) => templateId === template.id)}
            />
          ))}
        </ul>
      )}
      {status === "CanLoadMore" && results.length > 0 && (
        <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
      {isAdding && <AddDialog onClose={() => setIsAdding(false)} />}
    </Page>
  );
}

function chosenOf({ state, channelType, category, businessEntity, language }: Filters) {
  return {
    ...(state === ALL ? {} : { state }),
    ...(channelType === ALL ? {} : { channelType }),
    ...(category === ALL ? {} : { category }),
    ...(businessEntity === ALL ? {} : { businessEntity }),
    ...(language === ALL ? {} : { language }),
  };
}

type FilterBarProps = {
  text: string;
  onText: (text: string) => void;
  filters: Filters;
  onChange: (filters: Filters) => void;
};

function FilterBar({ text, onText, filters, onChange }: FilterBarProps) {
  const { t } = useTranslation();
  const brands = useBrandOptions(filters.businessEntity === ALL ? [] : [filters.businessEntity]);
  const every = { id: ALL, label: t("templates.every") } as const;
  return (
    <div className="flex flex-wrap items-end gap-2">
      <TextField
        label={t("templates.search")}
        placeholder={t("templates.search")}
        hideLabel
        value={text}
        onChange={onText}
        className="w-56 max-md:w-full"
      />
      <Select
        label={t("texts.channel")}
        className="w-36"
        value={filters.channelType}
        options={[every, ...TEMPLATE_CHANNEL_TYPES.map((id) => ({ id, label: t(`texts.channels.${id}`) }))]}
        onChange={(channelType) => onChange({ ...filters, channelType })}
      />
      <Select
        label={t("templates.state")}
        className="w-32"
        value={filters.state}
        options={[every, ...STATES.map((id) => ({ id, label: t(`templates.states.${id}`) }))]}
        onChange={(state) => onChange({ ...filters, state })}
      />
      <Select
        label={t("texts.category")}
        className="w-44"
        value={filters.category}
        options={[every, ...TEMPLATE_CATEGORIES.map((id) => ({ id, label: t(`texts.categories.${id}`) }))]}
        onChange={(category) => onChange({ ...filters, category })}
      />
      <Select
        label={t("templates.language")}
        className="w-32"
        value={filters.language}
        options={[every, ...LANGUAGES.map((id) => ({ id, label: t(`templates.languages.${id}`) }))]}
        onChange={(language) => onChange({ ...filters, language })}
      />
      {brands.length > 1 && (
        <Select
          label={t("texts.brand")}
          className="w-36"
          value={filters.businessEntity}
          options={[
            every,
            // "all" is a brand of its own: what is meant for every one of them.
            ...brands,
          ]}
          onChange={(businessEntity) => onChange({ ...filters, businessEntity })}
        />
      )}
    </div>
  );
}

function TemplateItem({ template, uses }: { template: TemplateRow; uses: readonly TemplateUse[] }) {
  const { t } = useTranslation();
  const { id, name, channelType, businessEntity, locale, state, hasDraft, usageCount, version } = template;
  const channels = CHANNELS_OF[channelType];
  return (
    <li data-testid="template">
      <Link
        to="/templates/$templateId"
        params={{ templateId: id }}
        className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 outline-offset-[-2px] transition-colors hover:bg-hover max-md:px-3"
      >
        <span className="flex w-12 shrink-0 gap-0.5 text-faint">
          {channels.length === 0 ? <FileText aria-hidden size={14} /> : null}
          {channels.map((channel) => (
            <ChannelIcon key={channel} channel={channel} />
          ))}
        </span>
        <span className="min-w-0 flex-1 basis-56">
          <span className="block truncate text-sm font-medium">{name}</span>
          <span className="block truncate text-xs text-muted">{version?.subject || version?.body}</span>
        </span>
        <span className="flex flex-wrap items-center gap-1.5">
          <BrandBadge brand={businessEntity} />
          <Badge>{locale}</Badge>
          {version !== null && <Badge>{t("templates.version", { number: version.number })}</Badge>}
          {hasDraft && state !== "draft" && <Badge tone="info">{t("templates.changed")}</Badge>}
          <TemplateStateBadge state={state} />
        </span>
        <span className="w-44 text-right text-xs text-faint max-md:w-full max-md:text-left">
          {uses.length > 0 && (
            <span title={uses.map((use) => use.name).join(", ")}>
              {t("templates.inJourneys", { count: uses.length })} ·{" "}
            </span>
          )}
          {t("texts.used", { count: usageCount })}
        </span>
      </Link>
    </li>
  );
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const start = useOrgMutation(api.templates.drafts.mutations.start);
  return (
    <IdentityDialog
      title={t("templates.new")}
      saveLabel={t("templates.create")}
      initial={{
        name: "",
        category: "follow_up",
        channelType: "email_outlook",
        businessEntity: "all",
        locale: language,
        threadTypes: [],
      }}
      onClose={onClose}
      onSave={async (identity) => {
        const templateId = await start(identity);
        await navigate({ to: "/templates/$templateId", params: { templateId } });
      }}
    />
  );
}
