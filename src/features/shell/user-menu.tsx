import {
  ArrowLeftRight,
  CalendarClock,
  CircleCheck,
  CircleMinus,
  Keyboard,
  LogOut,
  Plus,
  Settings,
  UserRound,
} from "lucide-react";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Avatar } from "../../components/ui/avatar";
import { Menu, type MenuGroupData } from "../../components/ui/menu";
import { toast, toastError } from "../../components/ui/toast";
import { AFTER_DONE, useAfterDone } from "../../lib/after-done";
import { useAuthValue } from "../../lib/auth";
import { describeError } from "../../lib/errors";
import { LANGUAGES, useLanguageChoice } from "../../lib/i18n";
import { useIsPhone, useMediaQuery } from "../../lib/media";
import { useOrg, useOrgMutation } from "../../lib/org";
import { useStored } from "../../lib/stored";
import { THEMES, useTheme } from "../../lib/theme";
import { useLeaveDevice } from "./notifications/use-device";
import type { ShellDialog } from "./shell";

/** Who is signed in, and the choices of this browser: workspace, theme, language, keys. */
export function UserMenu({ onDialog }: { onDialog: (dialog: ShellDialog) => void }) {
  const { t } = useTranslation();
  const { me } = useOrg();
  const choices = useChoiceGroups(() => onDialog("workspace"));
  const here = useAvailability(() => onDialog("away"));
  const afterDone = useAfterDoneGroup();
  const rest = useRestGroup(onDialog);
  const name = me.person?.name ?? "";
  return (
    <Menu
      label={t("shell.userMenu")}
      placement="top start"
      groups={[here, ...choices, afterDone, rest]}
      trigger={
        <Button
          aria-label={`${t("shell.userMenu")}: ${name}`}
          className="rounded-full p-0.5 transition-opacity hover:opacity-80 max-md:p-2"
        >
          <Avatar name={name} tone="accent" />
        </Button>
      }
    />
  );
}

/** Who is away is given no conversations. */
function useAvailability(chooseReturn: () => void): MenuGroupData {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const setAway = useOrgMutation(api.inbox.teams.mutations.setAway);
  const change = (isAway: boolean) => {
    if (isAway === membership.isAway) return;
    setAway({ isAway })
      .then(() => toast(t(isAway ? "assignment.nowAway" : "assignment.nowHere")))
      .catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return {
    id: "availability",
    items: [
      {
        id: "available",
        label: t("assignment.available"),
        icon: <CircleCheck size={15} />,
        isChosen: !membership.isAway,
        onAction: () => change(false),
      },
      {
        id: "away",
        label: t("assignment.setAway"),
        icon: <CircleMinus size={15} />,
        isChosen: membership.isAway,
        onAction: () => change(true),
      },
      {
        id: "awayUntil",
        label: t("assignment.awayUntil"),
        icon: <CalendarClock size={15} />,
        onAction: chooseReturn,
      },
    ],
  };
}

function useChoiceGroups(found: () => void): MenuGroupData[] {
  const { t } = useTranslation();
  const { me, orgId, switchTo } = useOrg();
  const [theme, setTheme] = useTheme();
  const [language, setLanguage] = useLanguageChoice();
  return [
    {
      id: "workspaces",
      title: t("shell.workspace"),
      items: [
        ...me.memberships.map((one) => ({
          id: one.orgId,
          label: one.orgName,
          isChosen: one.orgId === orgId,
          onAction: () => switchTo(one.orgId),
        })),
        { id: "newWorkspace", label: t("shell.newWorkspace"), icon: <Plus size={15} />, onAction: found },
      ],
    },
    {
      id: "theme",
      title: t("shell.theme"),
      items: THEMES.map((one) => ({
        id: `theme-${one}`,
        label: t(`themes.${one}`),
        isChosen: one === theme,
        onAction: () => setTheme(one),
      })),
    },
    {
      id: "language",
      title: t("shell.language"),
      items: LANGUAGES.map((one) => ({
        id: `language-${one}`,
        label: t(`languages.${one}`),
        isChosen: one === language,
        onAction: () => setLanguage(one),
      })),
    },
  ];
}

function useAfterDoneGroup(): MenuGroupData {
  const { t } = useTranslation();
  const [afterDone, setAfterDone] = useAfterDone();
  return {
    id: "afterDone",
    title: t("shell.afterDone"),
    items: AFTER_DONE.map((one) => ({
      id: `afterDone-${one}`,
      label: t(`shell.afterDoneTo.${one}`),
      isChosen: one === afterDone,
      onAction: () => setAfterDone(one),
    })),
  };
}

function useRestGroup(onDialog: (dialog: ShellDialog) => void): MenuGroupData {
  const { t } = useTranslation();
  const { signOut } = useAuthValue();
  const leaveDevice = useLeaveDevice();
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const hasTouch = useMediaQuery("(any-pointer: coarse)");
  const [shortcutsOn, setShortcutsOn] = useStored<boolean>("shortcuts", true);
  return {
    id: "rest",
    items: [
      {
        id: "shortcuts",
        label: t("shell.shortcutsOn"),
        isChosen: shortcutsOn,
        onAction: () => setShortcutsOn(!shortcutsOn),
      },
      { id: "help", label: t("shell.help"), icon: <Keyboard size={15} />, keys: "?", onAction: () => onDialog("help") },
      ...(isPhone || hasTouch
        ? [
            {
              id: "swipe",
              label: t("phone.swiping"),
              icon: <ArrowLeftRight size={15} />,
              onAction: () => onDialog("swipe"),
            },
          ]
        : []),
      {
        id: "profile",
        label: t("shell.profile"),
        icon: <UserRound size={15} />,
        onAction: () => void navigate({ to: "/settings/$section", params: { section: "profile" } }),
      },
      {
        id: "settings",
        label: t("nav.settings"),
        icon: <Settings size={15} />,
        onAction: () => void navigate({ to: "/settings/$section", params: { section: "general" } }),
      },
      {
        id: "signOut",
        label: t("shell.signOut"),
        icon: <LogOut size={15} />,
        onAction: () => void leaveDevice().then(signOut),
      },
    ],
  };
}
