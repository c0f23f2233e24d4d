import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Button } from "../../../components/ui/button";
import { CopyField } from "../../../components/ui/copy-field";
import { Dialog } from "../../../components/ui/dialog";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { InboxChannel } from "./channels";

/** The server looks at the password only, but HTTP Basic has a name as well. */
const USER = "mail";

type InboundDialogProps = { channel: InboxChannel; onClose: () => void };

/** What to enter where, so that what customers write arrives in a channel. */
export function InboundDialog({ channel, onClose }: InboundDialogProps) {
  const { t } = useTranslation();
  const isMail = channel.channelType === "email_outlook";
  return (
    <Dialog title={t("inboxChannels.receiveTitle", { name: channel.channelName })} isOpen onClose={onClose}>
      <div className="flex flex-col gap-5">
        <section className="flex flex-col gap-1 text-sm">
          <p className="text-muted">{t(isMail ? "inboxChannels.mailByAccount" : "inboxChannels.textByAccount")}</p>
          <Link
            to="/settings/$section"
            params={{ section: "connections" }}
            className="w-fit font-medium text-accent-text underline underline-offset-2"
          >
            {t("inboxChannels.toConnections")}
          </Link>
        </section>
        {isMail && <OwnAddresses channel={channel} />}
      </div>
    </Dialog>
  );
}

/** Postmark and mail servers post to addresses of the mailbox itself, with a password that is shown once. */
function OwnAddresses({ channel }: { channel: InboxChannel }) {
  const { t } = useTranslation();
  const addresses = useOrgQuery(api.intake.mailboxes.queries.addresses, { channelId: channel.id });
  const renew = useOrgMutation(api.intake.mailboxes.mutations.renewSecret);
  const [secret, setSecret] = useState<string | null>(null);
  const make = async () => {
    try {
      setSecret(await renew({ channelId: channel.id }));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  if (addresses === undefined) return <SkeletonRows count={2} className="px-0" />;
  const state = secret === null ? (channel.hasInboundSecret ? "set" : "unset") : "fresh";
  return (
    <section className="flex flex-col gap-4 border-t border-line pt-4">
      <p className="text-sm text-muted">{t("inboxChannels.ownText")}</p>
      <Labelled label={t("inboxChannels.postmark")} text={t("inboxChannels.postmarkText")}>
        <CopyField
          value={secret === null ? addresses.postmarkUrl : withPassword(addresses.postmarkUrl, secret)}
          label={t("inboxChannels.copyPostmark")}
        />
      </Labelled>
      <Labelled label={t("inboxChannels.server")} text={t("inboxChannels.serverText", { user: USER })}>
        <CopyField value={addresses.rawEmailUrl} label={t("inboxChannels.copyServer")} />
      </Labelled>
      <Labelled label={t("inboxChannels.password")} text={t(`inboxChannels.passwords.${state}`)}>
        {secret !== null && <CopyField value={secret} label={t("inboxChannels.copyPassword")} />}
      </Labelled>
      <div className="flex justify-end">
        <Button variant={state === "unset" ? "primary" : "secondary"} onPress={() => void make()}>
          {t(state === "unset" ? "inboxChannels.make" : "inboxChannels.renew")}
        </Button>
      </div>
    </section>
  );
}

function Labelled({ label, text, children }: { label: string; text: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <p className="text-xs font-medium text-muted">{label}</p>
      {children}
      <p className="text-xs text-faint">{text}</p>
    </div>
  );
}

/** Postmark takes name and password within the address. */
function withPassword(url: string, secret: string): string {
  const whole = new URL(url);
  whole.username = USER;
  whole.password = secret;
  return whole.href;
}
