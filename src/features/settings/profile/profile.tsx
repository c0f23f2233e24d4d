import { Link } from "@tanstack/react-router";
import { useMutation, useQuery } from "convex/react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { Button } from "../../../components/ui/button";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { useAuthValue } from "../../../lib/auth";
import { describeError } from "../../../lib/errors";
import { LANGUAGES, useLanguageChoice } from "../../../lib/i18n";
import { useOrg } from "../../../lib/org";
import { PasswordForm } from "./password-form";
import { Sessions } from "./sessions";

/** Who one is here: name, language, password, and where one is signed in. */
export function Profile() {
  const { t } = useTranslation();
  const { me } = useOrg();
  const { local } = useAuthValue();
  const account = useQuery(api.inbox.teams.profile.queries.account, {});
  if (account === undefined || me.person === null) return <SkeletonRows count={4} className="px-0" />;
  return (
    <div className="flex max-w-xl flex-col gap-8">
      <NameForm key={me.person.name} name={me.person.name} email={me.person.email} />
      <Choices />
      {local !== null && account?.hasPassword === true && (
        <>
          <PasswordForm auth={local} email={me.person.email ?? ""} />
          <Sessions sessions={account.sessions} />
        </>
      )}
      {account?.hasPassword === false && <p className="text-sm text-muted">{t("profile.noPassword")}</p>}
    </div>
  );
}

function NameForm({ name: stored, email }: { name: string; email: string | undefined }) {
  const { t } = useTranslation();
  const rename = useMutation(api.inbox.teams.profile.mutations.rename);
  const [name, setName] = useState(stored);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      await rename({ name });
      toast(t("profile.named"));
    } catch (thrown) {
      if (asAppError(thrown)?.field === "name") setProblem(t("profile.nameProblem"));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-3">
      <TextField
        label={t("profile.name")}
        description={t("profile.nameHint")}
        autoComplete="name"
        value={name}
        onChange={setName}
        error={problem}
      />
      {email !== undefined && (
        <TextField
          label={t("signIn.email")}
          description={t("profile.emailHint")}
          type="email"
          value={email}
          isReadOnly
        />
      )}
      <Button type="submit" variant="primary" className="self-start" isDisabled={name.trim() === stored}>
        {t("common.save")}
        <span className="sr-only"> {t("profile.name")}</span>
      </Button>
    </form>
  );
}

function Choices() {
  const { t } = useTranslation();
  const [language, setLanguage] = useLanguageChoice();
  return (
    <section aria-labelledby="profile-choices" className="flex flex-col gap-3">
      <h3 id="profile-choices" className="text-sm font-semibold">
        {t("profile.choices")}
      </h3>
      <Select
        label={t("shell.language")}
        options={LANGUAGES.map((id) => ({ id, label: t(`languages.${id}`) }))}
        value={language}
        onChange={setLanguage}
        className="w-60 max-w-full"
      />
      <p className="text-xs text-faint">{t("profile.languageHint")}</p>
      <ul className="flex flex-col gap-2 text-sm">
        {(["notifications", "signature"] as const).map((section) => (
          <li key={section}>
            <Link
              to="/settings/$section"
              params={{ section }}
              className="text-accent-text underline underline-offset-2 hover:no-underline"
            >
              {t(`profile.to.${section}`)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
