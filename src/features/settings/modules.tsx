import { useTranslation } from "react-i18next";
import type { FunctionArgs } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { Switch } from "../../components/ui/switch";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { CardList } from "./card-list";

type ModuleKey = FunctionArgs<typeof api.orgs.mutations.setModule>["module"];

const MODULES: readonly ModuleKey[] = [
  "tickets",
  "email",
  "sms",
  "whatsapp",
  "website",
  "wizard",
  "missed_call",
  "review_engine",
  "voice_agent",
  "dashboard",
];

export function Modules() {
  const { t } = useTranslation();
  const settings = useOrgQuery(api.orgs.queries.settings, {});
  const mayManage = useCan("org.manage");
  const setModule = useOrgMutation(api.orgs.mutations.setModule, (store, args) => {
    const before = store.getQuery(api.orgs.queries.settings, { orgId: args.orgId });
    if (before === undefined) return;
    const modules = { ...before.modules, [args.module]: args.isOn };
    store.setQuery(api.orgs.queries.settings, { orgId: args.orgId }, { ...before, modules });
  });
  const change = async (module: ModuleKey, isOn: boolean) => {
    const name = t(`modules.${module}`);
    try {
      await setModule({ module, isOn });
      toast(t(isOn ? "settings.moduleOn" : "settings.moduleOff", { name }));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <CardList
      intro={t("settings.modulesText")}
      rows={settings === undefined ? undefined : MODULES}
      keyOf={(module) => module}
    >
      {(module) => {
        // Requirement S3: tickets are the core and cannot be switched off.
        const isCore = module === "tickets";
        return (
          <>
            <span className="grow text-sm font-medium">
              {t(`modules.${module}`)}
              {isCore && <span className="ml-2 text-xs font-normal text-faint">{t("settings.alwaysOn")}</span>}
            </span>
            <Switch
              label={t(`modules.${module}`)}
              isOn={isCore || settings?.modules[module] === true}
              isDisabled={isCore || !mayManage}
              onChange={(isOn) => void change(module, isOn)}
            />
          </>
        );
      }}
    </CardList>
  );
}
