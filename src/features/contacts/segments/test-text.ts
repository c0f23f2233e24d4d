import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { ACCOUNT_KINDS } from "../../../../convex/contacts/accounts/kinds";
import { PURPOSES, type Purpose } from "../../../../convex/lib/closedSets";
import { customerLanguage } from "../../../../convex/lib/languages";
import { type Fact, useOwnFacts } from "../../../components/conditions/fact-fields";
import type { SegmentTest } from "../../../lib/api-types";
import { useLanguage } from "../../../lib/i18n";
import { useOrgQuery } from "../../../lib/org";

/** What every contact has, with the names of their texts. */
const FACTS = ["name", "language", "tags", "timezone", "account"] as const;

/** Everything a rule can ask of a contact. */
export function useContactFacts(): Fact[] {
  const { t } = useTranslation();
  const kinds = ACCOUNT_KINDS.map((id) => ({ id: String(id), label: t(`person.kinds.${id}`) }));
  return [
    ...FACTS.map((name): Fact => ({ id: `contact.${name}`, label: t(`segments.facts.${name}`) })),
    { id: "contact.accountKind", label: t("segments.facts.accountKind"), options: kinds },
    ...useOwnFacts(),
  ];
}

type About = { id: string; label: string; purpose: Purpose; topic: string | undefined };

/** What people agree to: everything of a kind of message, or one topic of it. */
export function useAbout(): About[] {
  const { t } = useTranslation();
  const language = customerLanguage(useLanguage());
  const topics = useOrgQuery(api.contacts.topics.queries.list, {}) ?? [];
  return [
    ...PURPOSES.map((id): About => ({ id, label: t(`purposes.${id}`), purpose: id, topic: undefined })),
    ...topics.map(({ key, name, purpose }): About => {
      const label = name[language] === "" ? name.de : name[language];
      return { id: `topic:${key}`, label, purpose, topic: key };
    }),
  ];
}

/** A test in words: "Tags is VIP". */
export function useTestText(): (test: SegmentTest) => string {
  const { t } = useTranslation();
  const facts = useContactFacts();
  const about = useAbout();
  return (test) => {
    switch (test.kind) {
      case "fact": {
        const fact = facts.find(({ id }) => id === test.key);
        const value = String(test.value ?? "");
        const shown = fact?.options?.find(({ id }) => id === value)?.label ?? value;
        const isAlone = test.comparison === "is_set" || test.comparison === "is_not_set";
        return [fact?.label ?? test.key, t(`builder.comparisons.${test.comparison}`), isAlone ? "" : shown]
          .join(" ")
          .trim();
      }
      case "consent": {
        const { topic, purpose, channel } = test;
        const label = about.find((each) => each.topic === topic && each.purpose === purpose)?.label ?? topic ?? "";
        const of = { purpose: label, channel: t(`channels.${channel}`) };
        return test.isGiven ? t("segments.says.consentYes", of) : t("segments.says.consentNo", of);
      }
      case "channel": {
        const of = { channel: t(`channels.${test.channel}`) };
        return test.isAvailable ? t("segments.says.channelYes", of) : t("segments.says.channelNo", of);
      }
      case "suppressed": {
        const of = { purpose: t(`purposes.${test.purpose}`), channel: t(`channels.${test.channel}`) };
        return test.isSuppressed ? t("segments.says.suppressedYes", of) : t("segments.says.suppressedNo", of);
      }
      case "created": {
        const of = { count: test.days };
        return test.isWithin ? t("segments.says.createdYes", of) : t("segments.says.createdNo", of);
      }
    }
  };
}
