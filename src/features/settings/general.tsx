import { type FormEvent, useState } from "react";
import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { CUSTOMER_LANGUAGES } from "../../../convex/lib/languages";
import { COUNTRIES, localeOf, localeParts, type LocaleParts } from "../../../convex/orgs/locales";
import { Button } from "../../components/ui/button";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { ZoneField } from "../../components/ui/zone-field";
import { describeError } from "../../lib/errors";
import { useLanguage } from "../../lib/i18n";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";

type WorkspaceSettings = FunctionReturnType<typeof api.orgs.queries.settings>;

/** What holds for the whole workspace: its name, language, country, clock and quiet hours. */
export function General() {
  const settings = useOrgQuery(api.orgs.queries.settings, {});
  const mayManage = useCan("org.manage");
  if (settings === undefined) return <SkeletonRows count={3} className="px-0" />;
  return mayManage ? <GeneralForm settings={settings} /> : <GeneralFacts settings={settings} />;
}

function GeneralFacts({ settings }: { settings: WorkspaceSettings }) {
  const { t } = useTranslation();
  const facts = [
    [t("settings.name"), settings.name],
    [t("settings.slug"), settings.slug],
    [t("settings.timezone"), settings.timezone],
    [t("settings.locale"), settings.locale],
    [t("settings.quietHours"), `${settings.quietHours.start} – ${settings.quietHours.end}`],
  ] as const;
  return (
    <dl className="divide-y divide-line rounded-lg border border-line">
      {facts.map(([name, value]) => (
        <div key={name} className="grid grid-cols-[minmax(8rem,1fr)_2fr] gap-4 px-4 py-3 text-sm">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const FIELDS = ["name", "timezone", "locale", "quietHours.start", "quietHours.end"] as const;
type Field = (typeof FIELDS)[number];

function GeneralForm({ settings }: { settings: WorkspaceSettings }) {
  const { t } = useTranslation();
  const change = useOrgMutation(api.delivery.workspace.mutations.change);
  const [name, setName] = useState(settings.name);
  const [timezone, setTimezone] = useState(settings.timezone);
  const [place, setPlace] = useState(() => placeOf(settings.locale));
  const [quietHours, setQuietHours] = useState(settings.quietHours);
  const [problem, setProblem] = useState<Field | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      await change({ name, timezone: timezone.trim(), locale: localeOf(place), quietHours });
      toast(t("general.saved"));
    } catch (thrown) {
      const field = FIELDS.find((each) => each === asAppError(thrown)?.field);
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem(field);
    }
  };
  const errorOf = (field: Exclude<Field, "locale">, text: string) => (problem === field ? text : null);
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex max-w-xl flex-col gap-4">
      <TextField
        label={t("settings.name")}
        description={t("general.slugText", { slug: settings.slug })}
        value={name}
        onChange={setName}
        error={errorOf("name", t("general.problems.name"))}
      />
      <PlaceFields place={place} onChange={setPlace} />
      <ZoneField
        label={t("settings.timezone")}
        description={t("general.timezoneText")}
        value={timezone}
        onChange={setTimezone}
        error={errorOf("timezone", t("general.problems.timezone"))}
      />
      <div className="flex flex-col gap-1">
        <div className="grid grid-cols-2 gap-3">
          {(["start", "end"] as const).map((edge) => (
            <TextField
              key={edge}
              type="time"
              label={t(`general.quiet.${edge}`)}
              value={quietHours[edge]}
              onChange={(clock) => setQuietHours({ ...quietHours, [edge]: clock })}
              error={errorOf(`quietHours.${edge}`, t("general.problems.time"))}
            />
          ))}
        </div>
        <p className="text-xs text-faint">{t("general.quiet.text")}</p>
      </div>
      <div className="flex justify-end">
        <Button type="submit" variant="primary">
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}

const NO_COUNTRY = "none";

/** Language and country are chosen apart: the one is what customers read, the other how their numbers are dialled. */
function PlaceFields({ place, onChange }: { place: LocaleParts; onChange: (place: LocaleParts) => void }) {
  const { t } = useTranslation();
  const shown = useLanguage();
  const [names] = useState(() => new Intl.DisplayNames(shown, { type: "region" }));
  const countries = COUNTRIES.map((id) => ({ id, label: names.of(id) ?? id }));
  return (
    <div className="flex flex-col gap-1">
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label={t("settings.locale")}
          options={CUSTOMER_LANGUAGES.map((id) => ({ id, label: t(`languages.${id}`) }))}
          value={place.language}
          onChange={(language) => onChange({ ...place, language })}
        />
        <Select
          label={t("general.country")}
          options={[
            { id: NO_COUNTRY, label: t("general.noCountry") },
            ...countries.toSorted((a, b) => a.label.localeCompare(b.label, shown)),
          ]}
          value={place.country === "" ? NO_COUNTRY : place.country}
          onChange={(country) => onChange({ ...place, country: country === NO_COUNTRY ? "" : country })}
        />
      </div>
      <p className="text-xs text-faint">{t("general.countryText")}</p>
    </div>
  );
}

/** Workspaces of old may have a language without texts: they become what they were read as. */
function placeOf(locale: string): LocaleParts {
  return localeParts(locale) ?? { language: "en", country: "" };
}
