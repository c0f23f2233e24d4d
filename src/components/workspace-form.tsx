import { useMutation } from "convex/react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { firstLocale } from "../../convex/orgs/locales";
import { describeError } from "../lib/errors";
import { useLanguage } from "../lib/i18n";
import { Select } from "./ui/select";
import { TextField } from "./ui/text-field";

const BROWSER_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

function zones(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes(BROWSER_ZONE) ? known : [BROWSER_ZONE, ...known];
}

/** What a form for a new workspace needs: its fields, and founding it. `onFounded` is called with the new one. */
export function useNewWorkspace(onFounded: (orgId: Id<"organisations">) => void) {
  const { t } = useTranslation();
  const create = useMutation(api.orgs.mutations.createOrganisation);
  const language = useLanguage();
  const [name, setName] = useState("");
  const [timezone, setTimezone] = useState(BROWSER_ZONE);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (name.trim() === "") {
      setProblem(t("workspace.nameMissing"));
      return;
    }
    setIsBusy(true);
    try {
      onFounded(await create({ name: name.trim(), timezone, locale: firstLocale(language, navigator.languages) }));
    } catch (thrown) {
      setProblem(describeError(thrown, t));
      setIsBusy(false);
    }
  };
  const fields = (
    <>
      <TextField
        label={t("workspace.name")}
        placeholder={t("workspace.namePlaceholder")}
        value={name}
        onChange={setName}
        error={problem}
      />
      <Select
        label={t("workspace.timezone")}
        options={zones().map((zone) => ({ id: zone, label: zone.replaceAll("_", " ") }))}
        value={timezone}
        onChange={setTimezone}
      />
      <p className="text-xs text-faint">{t("workspace.timezoneHint")}</p>
    </>
  );
  return { fields, submit, isBusy };
}
