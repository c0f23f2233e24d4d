import { useTranslation } from "react-i18next";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";

/** What to say when a journey, or somebody in it, could not be paused, resumed, ended or set: a conflict comes from others, or from before. */
export function useLifeError(): (thrown: unknown) => string {
  const { t } = useTranslation();
  return (thrown) => (asAppError(thrown)?.code === "conflict" ? t("builder.life.conflict") : describeError(thrown, t));
}
