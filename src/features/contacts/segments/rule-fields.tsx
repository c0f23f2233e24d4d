import { useTranslation } from "react-i18next";
import { FactFields } from "../../../components/conditions/fact-fields";
import { GroupsField } from "../../../components/conditions/groups-field";
import { ChannelSelect, PurposeSelect, YesNoSelect } from "../../../components/conditions/test-parts";
import { Select } from "../../../components/ui/select";
import { NumberField } from "../../../components/ui/typed-field";
import type { SegmentRule, SegmentTest } from "../../../lib/api-types";
import { useAbout, useContactFacts } from "./test-text";

type Props<T> = { value: T; onChange: (value: T) => void; isDisabled: boolean };

/** Those on which a person has an address. */
const ADDRESS_CHANNELS = ["email", "sms", "whatsapp"] as const;
const TEST_KINDS = ["fact", "consent", "channel", "suppressed", "created"] as const;

const NEW_TEST: Record<SegmentTest["kind"], SegmentTest> = {
  fact: { kind: "fact", key: "contact.tags", comparison: "is", value: "" },
  consent: { kind: "consent", purpose: "marketing", channel: "email", isGiven: true },
  channel: { kind: "channel", channel: "email", isAvailable: true },
  suppressed: { kind: "suppressed", purpose: "marketing", channel: "email", isSuppressed: false },
  created: { kind: "created", days: 30, isWithin: true },
};

/** A rule nobody has written yet: one test to begin with. */
export const NEW_RULE: SegmentRule = { match: "all", groups: [{ match: "all", tests: [NEW_TEST.fact] }] };

/** Who is in a segment. */
export function RuleFields({ value, onChange, isDisabled }: Props<SegmentRule>) {
  const { t } = useTranslation();
  return (
    <GroupsField<SegmentTest>
      value={value}
      onChange={onChange}
      isDisabled={isDisabled}
      kinds={TEST_KINDS.map((id) => ({ id, label: t(`segments.testKinds.${id}`) }))}
      newTests={NEW_TEST}
    >
      {(test, onTest) => <TestBody value={test} onChange={onTest} isDisabled={isDisabled} />}
    </GroupsField>
  );
}

function TestBody({ value, onChange, isDisabled }: Props<SegmentTest>) {
  const { t } = useTranslation();
  const facts = useContactFacts();
  switch (value.kind) {
    case "fact":
      return <FactFields value={value} onChange={onChange} isDisabled={isDisabled} facts={facts} />;
    case "consent":
      return <ConsentTest value={value} onChange={onChange} isDisabled={isDisabled} />;
    case "suppressed":
      return <SuppressedTest value={value} onChange={onChange} isDisabled={isDisabled} />;
    case "channel":
      return (
        <div className="grid grid-cols-2 gap-2">
          <AddressChannel value={value} onChange={onChange} isDisabled={isDisabled} />
          <YesNoSelect
            names="available"
            value={value.isAvailable}
            isDisabled={isDisabled}
            onChange={(isAvailable) => onChange({ ...value, isAvailable })}
          />
        </div>
      );
    case "created":
      return (
        <div className="grid grid-cols-2 items-start gap-2">
          <NumberField
            label={t("segments.days")}
            value={value.days}
            min={1}
            isDisabled={isDisabled}
            onCommit={(days) => onChange({ ...value, days })}
          />
          <YesNoSelect
            names="within"
            value={value.isWithin}
            isDisabled={isDisabled}
            onChange={(isWithin) => onChange({ ...value, isWithin })}
          />
        </div>
      );
  }
}

/** What a consent is about: everything of a kind of message, or one topic. */
function ConsentTest({ value, onChange, isDisabled }: Props<Extract<SegmentTest, { kind: "consent" }>>) {
  const { t } = useTranslation();
  const about = useAbout();
  const { topic, purpose, ...rest } = value;
  const chosen = topic === undefined ? purpose : `topic:${topic}`;
  const known = about.some(({ id }) => id === chosen)
    ? about
    : [...about, { id: chosen, label: topic ?? purpose, purpose, topic }];
  return (
    <div className="grid grid-cols-2 gap-2">
      <Select
        label={t("segments.about")}
        value={chosen}
        isDisabled={isDisabled}
        options={known}
        onChange={(next) => {
          const found = known.find(({ id }) => id === next);
          if (found === undefined) return;
          const of = found.topic === undefined ? {} : { topic: found.topic };
          onChange({ ...rest, purpose: found.purpose, ...of });
        }}
      />
      <AddressChannel value={value} onChange={onChange} isDisabled={isDisabled} />
      <YesNoSelect
        names="given"
        value={value.isGiven}
        isDisabled={isDisabled}
        onChange={(isGiven) => onChange({ ...value, isGiven })}
      />
    </div>
  );
}

function SuppressedTest({ value, onChange, isDisabled }: Props<Extract<SegmentTest, { kind: "suppressed" }>>) {
  return (
    <div className="grid grid-cols-2 gap-2">
      <PurposeSelect
        value={value.purpose}
        isDisabled={isDisabled}
        onChange={(purpose) => onChange({ ...value, purpose })}
      />
      <AddressChannel value={value} onChange={onChange} isDisabled={isDisabled} />
      <YesNoSelect
        names="suppressed"
        value={value.isSuppressed}
        isDisabled={isDisabled}
        onChange={(isSuppressed) => onChange({ ...value, isSuppressed })}
      />
    </div>
  );
}

type OfChannel = Extract<SegmentTest, { channel: string }>;

function AddressChannel<T extends OfChannel>({ value, onChange, isDisabled }: Props<T>) {
  return (
    <ChannelSelect
      channels={ADDRESS_CHANNELS}
      value={value.channel}
      isDisabled={isDisabled}
      onChange={(channel) => onChange({ ...value, channel })}
    />
  );
}
