import { RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { valueAt } from "../../../../convex/delivery/settings/defaults";
import { Badge } from "../../../components/ui/badge";
import { IconButton } from "../../../components/ui/button";
import { cx } from "../../../components/ui/classes";
import type en from "../../../locales/en.json";
import { isSame, type SettingsPath } from "./paths";
import { useSettings } from "./use-settings";

/** Under which name a setting has its label and its explanation. */
export type SettingText = keyof typeof en.deliverySettings.fields;

type SettingGroupProps = {
  title: string;
  /** Its name in the settings tree (requirement S0). */ name: string;
  children: ReactNode;
};

/** Settings that belong together, in one frame. */
export function SettingGroup({ title, name, children }: SettingGroupProps) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="flex flex-wrap items-baseline gap-x-2 text-sm font-semibold">
        {title}
        <code className="font-mono text-2xs font-normal text-faint">{name}</code>
      </h3>
      <div className="divide-y divide-line rounded-lg border border-line">{children}</div>
    </section>
  );
}

type SettingRowProps = {
  text: SettingText;
  path: SettingsPath;
  /** The default in words; absent where the control shows it well enough. */
  standard?: string;
  /** Where the control stands: beside the label, beside it on phones too because it is small, or below. */
  place?: "beside" | "close" | "below";
  children: ReactNode;
};

const ROWS = {
  beside: "flex flex-wrap items-start justify-between gap-x-6 gap-y-2",
  close: "flex items-start justify-between gap-x-4",
  below: "flex flex-col gap-3",
};
const TEXTS = { beside: "flex-1 basis-72 max-md:basis-full", close: "flex-1", below: "" };

/** One setting: what it is, what it does, where its value comes from, and the control. */
export function SettingRow({ text, path, standard, place = "beside", children }: SettingRowProps) {
  const { t } = useTranslation();
  return (
    <div className={cx(ROWS[place], "px-4 py-3 max-md:px-3")}>
      <div className={cx(TEXTS[place], "flex min-w-0 flex-col gap-0.5")}>
        <p className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
          {t(`deliverySettings.fields.${text}.label`)}
          <Origin path={path} text={text} standard={standard} />
        </p>
        <p className="max-w-prose text-xs text-muted">{t(`deliverySettings.fields.${text}.hint`)}</p>
      </div>
      {children}
    </div>
  );
}

/** Says when a value is the workspace's own, and goes back to the default. */
function Origin({ path, text, standard }: { path: SettingsPath; text: SettingText; standard: string | undefined }) {
  const { t } = useTranslation();
  const { settings, defaults, mayChange, save } = useSettings();
  const fallback = valueAt(defaults, path);
  if (isSame(valueAt(settings, path), fallback)) return null;
  const name = t(`deliverySettings.fields.${text}.label`);
  return (
    <span className="inline-flex items-center gap-1">
      <Badge tone="accent">
        {standard === undefined ? t("deliverySettings.changed") : t("deliverySettings.changedFrom", { standard })}
      </Badge>
      {mayChange && (
        <IconButton
          size="sm"
          label={t("deliverySettings.reset", { name })}
          icon={<RotateCcw size={13} />}
          onPress={() => void save(path, fallback, name)}
        />
      )}
    </span>
  );
}
