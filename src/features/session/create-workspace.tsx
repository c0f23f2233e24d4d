import { useMutation } from "convex/react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { firstLocale } from "../../../convex/orgs/locales";
import { Button } from "../../components/ui/button";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { useAuthValue } from "../../lib/auth";
import { describeError } from "../../lib/errors";
import { useLanguage } from "../../lib/i18n";
import { Welcome } from "./welcome";

const BROWSER_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

function zones(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes(BROWSER_ZONE) ? known : [BROWSER_ZONE, ...known];
}

/** First run: a signed-in person without any workspace makes one. */
export function CreateWorkspace() {
  const { t } = useTranslation();
  const { signOut } = useAuthValue();
  const create = useMutation(api.orgs.mutations.createOrganisation);
  const language = useLanguage();
  const [name, setName] = useState("");
  const [timezone, setTimezone] = useState(BROWSER_ZONE);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") {
      setError(t("workspace.nameMissing"));
      return;
    }
    setIsBusy(true);
    try {
      await create({ name: name.trim(), timezone, locale: firstLocale(language, navigator.languages) });
    } catch (thrown) {
      setError(describeError(thrown, t));
      setIsBusy(false);
    }
  };
  return (
    <Welcome title={t("workspace.title")} text={t("workspace.text")}>
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-3">
        <TextField
          label={t("workspace.name")}
          placeholder={t("workspace.namePlaceholder")}
          value={name}
          onChange={setName}
          error={error}
        />
        <Select
          label={t("workspace.timezone")}
          options={zones().map((zone) => ({ id: zone, label: zone.replaceAll("_", " ") }))}
          value={timezone}
          onChange={setTimezone}
        />
        <p className="text-xs text-faint">{t("workspace.timezoneHint")}</p>
        <Button type="submit" variant="primary" isPending={isBusy} className="h-9">
          {t("workspace.create")}
        </Button>
        <Button variant="quiet" onPress={() => void signOut()}>
          {t("shell.signOut")}
        </Button>
      </form>
    </Welcome>
  );
}
