import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { MIN_PASSWORD_LENGTH } from "../../../../convex/lib/credentials";
import { asAppError } from "../../../../convex/lib/errors";
import { Button } from "../../../components/ui/button";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import type { LocalAuth } from "../../../lib/auth";
import { describeError } from "../../../lib/errors";

type Problems = { current?: string; password?: string };

/** Another password, by who knows the one there is. */
export function PasswordForm({ auth, email }: { auth: LocalAuth; email: string }) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found: Problems = {};
    if (current === "") found.current = t("signIn.passwordMissing");
    if (password.length < MIN_PASSWORD_LENGTH)
      found.password = t("signIn.passwordShort", { count: MIN_PASSWORD_LENGTH });
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    setIsBusy(true);
    try {
      await auth.changePassword({ current, password });
      setCurrent("");
      setPassword("");
      toast(t("profile.passwordChanged"));
    } catch (thrown) {
      if (asAppError(thrown)?.field === "current") setProblems({ current: t("profile.currentWrong") });
      else toastError(describeError(thrown, t));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => void submit(event)}
      noValidate
      aria-labelledby="profile-password"
      className="flex flex-col gap-3"
    >
      <h3 id="profile-password" className="text-sm font-semibold">
        {t("signIn.password")}
      </h3>
      {/* Tells password managers whose password it is. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <TextField
        label={t("profile.current")}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        error={problems.current}
      />
      <TextField
        label={t("passwords.new")}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        error={problems.password}
        description={t("profile.passwordHint", { count: MIN_PASSWORD_LENGTH })}
      />
      <Button type="submit" variant="primary" className="self-start" isPending={isBusy}>
        {t("profile.changePassword")}
      </Button>
    </form>
  );
}
