import { createContext, use, useCallback, useEffect, useRef } from "react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { SETTINGS_RANGES, valueAt } from "../../../../convex/delivery/settings/defaults";
import { asAppError } from "../../../../convex/lib/errors";
import { toast, toastError } from "../../../components/ui/toast";
import type { DeliverySettings } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { changeAt, type SettingsPath } from "./paths";

export type SettingsState = {
  settings: DeliverySettings;
  defaults: DeliverySettings;
  mayChange: boolean;
  /** Sets one place and offers the way back. Answers with what the server has against the value, or null. */
  save: (path: SettingsPath, value: unknown, name: string) => Promise<string | null>;
};

export const SettingsContext = createContext<SettingsState | null>(null);

/** The settings that are being shown. Only below `SettingsContext`. */
export function useSettings(): SettingsState {
  const state = use(SettingsContext);
  if (state === null) throw new Error("useSettings is used outside of the delivery settings");
  return state;
}

/** The live delivery settings with the way to change them; undefined while loading. */
export function useSettingsState(): SettingsState | undefined {
  const { t } = useTranslation();
  const get = api.delivery.settings.queries.get;
  const data = useOrgQuery(get, {});
  const mayChange = useCan("connections.manage");
  const update = useOrgMutation(api.delivery.settings.mutations.update, (store, { orgId, change }) => {
    const shown = store.getQuery(get, { orgId });
    if (shown === undefined) return;
    const { channelSettings, routingRules, deliverySettings, trackingSettings, humanFirst } = change;
    const settings = {
      channelSettings: channelSettings ?? shown.settings.channelSettings,
      routingRules: routingRules ?? shown.settings.routingRules,
      deliverySettings: deliverySettings ?? shown.settings.deliverySettings,
      trackingSettings: trackingSettings ?? shown.settings.trackingSettings,
      humanFirst: humanFirst ?? shown.settings.humanFirst,
    };
    store.setQuery(get, { orgId }, { ...shown, settings });
  });
  // A change builds on what stands when it is made: undo leaves alone what others changed meanwhile.
  const latest = useRef(data);
  useEffect(() => {
    latest.current = data;
  });
  const set = useCallback(
    async (path: SettingsPath, value: unknown) => {
      if (latest.current === undefined) return;
      await update({ change: changeAt(latest.current.settings, path, value) });
    },
    [update],
  );
  // By setting. Where it is changed anew the way back to before the last change goes: it would take both back.
  const waysBack = useRef(new Map<string, () => void>());
  const save = useCallback(
    async (path: SettingsPath, value: unknown, name: string): Promise<string | null> => {
      waysBack.current.get(path)?.();
      const before = valueAt(latest.current?.settings, path);
      const undo = () => {
        set(path, before).catch((thrown: unknown) => toastError(describeError(thrown, t)));
      };
      try {
        await set(path, value);
        waysBack.current.set(path, toast(t("deliverySettings.saved", { name }), { undo }));
        return null;
      } catch (thrown) {
        const problem = problemText(thrown, t);
        if (problem === null) toastError(describeError(thrown, t));
        return problem;
      }
    },
    [set, t],
  );
  return data === undefined ? undefined : { ...data, mayChange, save };
}

/** What the server has against a value, in the reader's language; null for anything but a wrong value. */
function problemText(thrown: unknown, t: TFunction): string | null {
  const field = asAppError(thrown)?.field;
  if (field === undefined) return null;
  if (field.includes("Micros")) return t("deliverySettings.problems.amount");
  const range = SETTINGS_RANGES[field];
  if (range !== undefined) return t("deliverySettings.problems.range", { least: range[0], most: range[1] });
  if (field.includes("quietHours")) return t("deliverySettings.problems.time");
  if (field.endsWith("email")) return t("deliverySettings.problems.email");
  return describeError(thrown, t);
}
