import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { channelsFor, withChannel } from "../../../convex/notifications/preferences";
import { NOTIFICATION_CHANNELS, NOTIFICATION_KINDS } from "../../../convex/notifications/sets";
import type { FunctionReturnType } from "convex/server";
import { Button } from "../../components/ui/button";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Switch } from "../../components/ui/switch";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import { PushDevices } from "./push-devices";

type Settings = FunctionReturnType<typeof api.notifications.queries.settings>;
type Change = (change: Partial<Settings>) => void;

/** What the member is told, in which way, and when not. */
export function Notifications() {
  const settings = useOrgQuery(api.notifications.queries.settings, {});
  const { t } = useTranslation();
  const save = useOrgMutation(api.notifications.mutations.saveMySettings, (store, { orgId, ...wanted }) => {
    store.setQuery(api.notifications.queries.settings, { orgId }, wanted);
  });
  if (settings === undefined) return <SkeletonRows count={6} className="px-0" />;
  const change: Change = (changed) => {
    void save({ ...settings, ...changed }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <>
      <p className="text-sm text-muted">{t("notificationSettings.text")}</p>
      <Kinds settings={settings} change={change} />
      <DesktopPermission />
      <PushDevices />
      <Times settings={settings} change={change} />
    </>
  );
}

function Kinds({ settings: { choices }, change }: { settings: Settings; change: Change }) {
  const { t } = useTranslation();
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="border-b border-line text-left text-xs text-muted">
          <th scope="col" className="py-2 font-medium">
            {t("notificationSettings.event")}
          </th>
          {NOTIFICATION_CHANNELS.map((channel) => (
            <th key={channel} scope="col" className="w-18 py-2 pr-1 align-bottom font-medium hyphens-auto md:w-28">
              {t(`notificationSettings.${channel}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {NOTIFICATION_KINDS.map((kind) => {
          const channels = channelsFor(choices, kind);
          const name = t(`notificationSettings.kinds.${kind}`);
          return (
            <tr key={kind}>
              <th scope="row" className="py-2 pr-4 text-left font-normal">
                {name}
              </th>
              {NOTIFICATION_CHANNELS.map((channel) => (
                <td key={channel} className="py-2 max-md:*:-ml-2">
                  <Switch
                    label={`${name}: ${t(`notificationSettings.${channel}`)}`}
                    isOn={channels.includes(channel)}
                    isDisabled={channel !== "app" && !channels.includes("app")}
                    onChange={(isOn) => change({ choices: withChannel(choices, kind, channel, isOn) })}
                  />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function currentPermission(): NotificationPermission | "missing" {
  return "Notification" in window ? Notification.permission : "missing";
}

/** This browser asks once; afterwards only its own settings change the answer. */
function DesktopPermission() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState(currentPermission);
  const ask = async () => {
    const answer = await Notification.requestPermission();
    setPermission(answer);
    if (answer === "granted") toast(t("notificationSettings.permission.granted"));
  };
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-lg border border-line px-4 py-3 text-sm">
      <p className="min-w-0 grow text-muted">{t(`notificationSettings.permission.${permission}`)}</p>
      {permission === "default" && (
        <Button onPress={() => void ask()}>{t("notificationSettings.permission.allow")}</Button>
      )}
    </div>
  );
}

const NIGHT = { start: "20:00", end: "07:00" };

function Times({ settings, change }: { settings: Settings; change: Change }) {
  const { t } = useTranslation();
  const org = useOrgQuery(api.orgs.queries.settings, {});
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([settings.timezone, here, ...(org === undefined ? [] : [org.timezone])])];
  const { quietHours } = settings;
  return (
    <div className="divide-y divide-line rounded-lg border border-line">
      <Row title={t("notificationSettings.digest")} hint={t("notificationSettings.digestHint")}>
        <Switch
          label={t("notificationSettings.digest")}
          isOn={settings.hasDigest}
          onChange={(hasDigest) => change({ hasDigest })}
        />
      </Row>
      <Row title={t("push.private")} hint={t("push.privateHint")}>
        <Switch
          label={t("push.private")}
          isOn={settings.isPushPrivate}
          onChange={(isPushPrivate) => change({ isPushPrivate })}
        />
      </Row>
      <Row title={t("notificationSettings.quiet")} hint={t("notificationSettings.quietHint")}>
        <Switch
          label={t("notificationSettings.quiet")}
          isOn={quietHours !== null}
          onChange={(isOn) => change({ quietHours: isOn ? NIGHT : null })}
        />
      </Row>
      {quietHours !== null && (
        <div className="grid grid-cols-2 gap-3 px-4 py-3">
          {(["start", "end"] as const).map((edge) => (
            <ClockField
              key={`${edge}-${quietHours[edge]}`}
              label={t(`notificationSettings.${edge}`)}
              value={quietHours[edge]}
              onChange={(clock) => change({ quietHours: { ...quietHours, [edge]: clock } })}
            />
          ))}
        </div>
      )}
      <div className="px-4 py-3">
        <Select
          label={t("notificationSettings.timezone")}
          options={zones.map((zone) => ({ id: zone, label: zone }))}
          value={settings.timezone}
          onChange={(timezone) => change({ timezone })}
        />
      </div>
    </div>
  );
}

function Row({ title, hint, children }: { title: string; hint: string; children: React.ReactNode }) {
  return (
    <div className="flex items-start gap-4 px-4 py-3">
      <div className="min-w-0 grow">
        <p className="text-sm font-medium">{title}</p>
        <p className="text-xs text-muted">{hint}</p>
      </div>
      {children}
    </div>
  );
}

/** A clock time, kept when the field is left with a whole one in it. */
function ClockField({ label, value, onChange }: { label: string; value: string; onChange: (clock: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <TextField
      type="time"
      label={label}
      value={text}
      onChange={setText}
      onBlur={() => {
        if (text !== "" && text !== value) onChange(text);
        if (text === "") setText(value);
      }}
    />
  );
}
