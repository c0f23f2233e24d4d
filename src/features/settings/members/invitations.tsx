import { Link2, UserPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { ROLES, type Role } from "../../../../convex/lib/permissions";
import { Badge } from "../../../components/ui/badge";
import { Button, IconButton } from "../../../components/ui/button";
import { CopyField } from "../../../components/ui/copy-field";
import { Dialog } from "../../../components/ui/dialog";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { ExactTime } from "../../../components/ui/time";
import { toast, toastError } from "../../../components/ui/toast";
import { asAppError } from "../../../../convex/lib/errors";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useOrg, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";
import { CardList } from "../card-list";

type Invitation = (typeof api.orgs.queries.invitations)["_returnType"][number];
/** A link that has just been made; shown once. */
type FreshLink = { email: string; token: string; expiresAt: number; isMailed: boolean };

/** A mail that takes longer was cut off: the process ended meanwhile. */
const MAIL_TAKES_MS = 5 * 60_000;

/** Inviting colleagues by link, and the links that are not used yet. Only for who manages members. */
export function Invitations() {
  const { t } = useTranslation();
  const open = useOrgQuery(api.orgs.queries.invitations, {});
  const [isAsking, setIsAsking] = useState(false);
  const [link, setLink] = useState<FreshLink | null>(null);
  const invite = useOrgMutation(api.inbox.teams.invitations.mutations.invite);
  const make = async (email: string, role: Role) => setLink({ email, ...(await invite({ email, role })) });
  return (
    <section aria-label={t("members.invitations.open")} className="flex flex-col gap-3">
      <Button className="self-start" icon={<UserPlus aria-hidden size={15} />} onPress={() => setIsAsking(true)}>
        {t("members.invitations.invite")}
      </Button>
      {open !== undefined && open.length > 0 && (
        <CardList intro={t("members.invitations.openText")} rows={open} keyOf={({ id }) => id}>
          {(invitation) => <InvitationRow invitation={invitation} onAgain={make} />}
        </CardList>
      )}
      {isAsking && <InviteDialog onInvite={make} onClose={() => setIsAsking(false)} />}
      {link !== null && <LinkDialog link={link} onClose={() => setLink(null)} />}
    </section>
  );
}

type RowProps = { invitation: Invitation; onAgain: (email: string, role: Role) => Promise<void> };

function InvitationRow({ invitation: { id, email, role, expiresAt, mail, isDeclined }, onAgain }: RowProps) {
  const { t } = useTranslation();
  const now = useNow();
  const withdraw = useOrgMutation(api.inbox.teams.invitations.mutations.withdraw);
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const takeBack = async () => {
    await withdraw({ invitationId: id });
    toast(t("members.invitations.withdrawn", { email }));
  };
  return (
    <>
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate text-sm font-medium">{email}</span>
        <span className="block text-xs text-muted">
          {isDeclined ? (
            t("members.invitations.declined")
          ) : expiresAt <= now ? (
            t("members.invitations.expired")
          ) : (
            <>
              {t("members.invitations.until")} <ExactTime at={expiresAt} />
            </>
          )}
        </span>
        {mail !== undefined && !isDeclined && <MailState mail={mail} />}
      </span>
      <Badge>{t(`roles.${role}`)}</Badge>
      <IconButton
        size="sm"
        label={t("members.invitations.again", { email })}
        icon={<Link2 aria-hidden size={14} />}
        onPress={() => void attempt(() => onAgain(email, role))}
      />
      <Button size="sm" onPress={() => void attempt(takeBack)}>
        {t("members.invitations.withdraw")}
        <span className="sr-only"> {email}</span>
      </Button>
    </>
  );
}

function MailState({ mail }: { mail: NonNullable<Invitation["mail"]> }) {
  const { t } = useTranslation();
  const now = useNow();
  const isCutOff = mail.kind === "sending" && now - mail.at > MAIL_TAKES_MS;
  if (mail.kind === "failed" || isCutOff) {
    const reason = mail.kind === "failed" ? mail.reason : t("members.invitations.cutOff");
    return <span className="block text-xs text-danger">{t("members.invitations.mailFailed", { reason })}</span>;
  }
  return (
    <span className="block text-xs text-muted">
      {mail.kind === "sent" ? (
        <>
          {t("members.invitations.mailed")} <ExactTime at={mail.at} />
        </>
      ) : (
        t(mail.kind === "sending" ? "members.invitations.mailing" : "members.invitations.notMailed")
      )}
    </span>
  );
}

type InviteDialogProps = { onInvite: (email: string, role: Role) => Promise<void>; onClose: () => void };

function InviteDialog({ onInvite, onClose }: InviteDialogProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const [problem, setProblem] = useState<string | null>(null);
  const roles = ROLES.slice(ROLES.indexOf(membership.role));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await onInvite(email, role);
      onClose();
    } catch (thrown) {
      if (asAppError(thrown)?.field === "email") setProblem(describeError(thrown, t));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog
      title={t("members.invitations.inviteTitle")}
      saveLabel={t("members.invitations.inviteMake")}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label={t("members.invitations.inviteEmail")}
        type="email"
        value={email}
        onChange={setEmail}
        error={problem}
        autoFocus
      />
      <Select
        label={t("members.invitations.inviteRole")}
        options={roles.map((id) => ({ id, label: t(`roles.${id}`) }))}
        value={role}
        onChange={setRole}
      />
    </FormDialog>
  );
}

function LinkDialog({
  link: { email, token, expiresAt, isMailed },
  onClose,
}: {
  link: FreshLink;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const { membership } = useOrg();
  const link = `${window.location.origin}/join/${token}`;
  const org = membership.orgName;
  const words = new URLSearchParams({
    subject: t("members.invitations.mailSubject", { org }),
    body: t("members.invitations.mailBody", { org, link }),
  });
  return (
    <Dialog
      title={t("members.invitations.linkTitle", { email })}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" onPress={onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        {isMailed && <p>{t("members.invitations.linkMailed")}</p>}
        <p>
          {t(isMailed ? "members.invitations.linkBesides" : "members.invitations.linkText", {
            date: dateTime(expiresAt, language, now),
          })}
        </p>
        <CopyField value={link} label={t("members.invitations.linkCopy")} />
        {!isMailed && (
          <a
            className="self-start text-accent-text underline"
            href={`mailto:${encodeURIComponent(email)}?${words.toString().replaceAll("+", "%20")}`}
          >
            {t("members.invitations.mailIt")}
          </a>
        )}
      </div>
    </Dialog>
  );
}
