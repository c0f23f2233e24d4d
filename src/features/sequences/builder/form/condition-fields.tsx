import { useTranslation } from "react-i18next";
import { NO_SEGMENT, OUTCOMES } from "../../../../../convex/sequences/closedSets";
import { CHANNELS } from "../../../../../convex/lib/closedSets";
import { FactFields, useOwnFacts } from "../../../../components/conditions/fact-fields";
import { GroupsField } from "../../../../components/conditions/groups-field";
import { ChannelSelect, PurposeSelect, YesNoSelect } from "../../../../components/conditions/test-parts";
import { Select } from "../../../../components/ui/select";
import { TypedField } from "../../../../components/ui/typed-field";
import type { Condition, Test } from "../../../../lib/api-types";
import { useBuilder } from "../context";
import { wordsIn } from "./fields";
import { SegmentFields } from "./segment-fields";

type Props<T> = { value: T; onChange: (value: T) => void; isDisabled: boolean };

const TEST_KINDS = ["fact", "consent", "channel", "segment", "outcome", "reply"] as const;

const NEW_TEST: Record<Test["kind"], Test> = {
  fact: { kind: "fact", key: "booking.title", comparison: "contains", value: "" },
  consent: { kind: "consent", purpose: "marketing", channel: "email", isGiven: true },
  channel: { kind: "channel", channel: "whatsapp", isAvailable: true },
  segment: { kind: "segment", segmentId: NO_SEGMENT, isIn: true },
  outcome: { kind: "outcome", stepId: "", outcome: "opened", hasHappened: true },
  reply: { kind: "reply", words: [], hasHappened: true },
};

/** What must hold at a step of a journey, or for the whole of it. */
export function ConditionFields({ value, onChange, isDisabled }: Props<Condition>) {
  const { t } = useTranslation();
  return (
    <GroupsField<Test>
      value={value}
      onChange={onChange}
      isDisabled={isDisabled}
      kinds={TEST_KINDS.map((id) => ({ id, label: t(`builder.testKinds.${id}`) }))}
      newTests={NEW_TEST}
    >
      {(test, onTest) => <TestBody value={test} onChange={onTest} isDisabled={isDisabled} />}
    </GroupsField>
  );
}

function TestBody({ value, onChange, isDisabled }: Props<Test>) {
  switch (value.kind) {
    case "fact":
      return <BookingFactFields value={value} onChange={onChange} isDisabled={isDisabled} />;
    case "consent":
      return (
        <div className="grid grid-cols-2 gap-2">
          <PurposeSelect
            value={value.purpose}
            isDisabled={isDisabled}
            onChange={(purpose) => onChange({ ...value, purpose })}
          />
          <ChannelSelect
            channels={CHANNELS}
            value={value.channel}
            isDisabled={isDisabled}
            onChange={(channel) => onChange({ ...value, channel })}
          />
          <YesNoSelect
            names="given"
            value={value.isGiven}
            isDisabled={isDisabled}
            onChange={(isGiven) => onChange({ ...value, isGiven })}
          />
        </div>
      );
    case "channel":
      return (
        <div className="grid grid-cols-2 gap-2">
          <ChannelSelect
            channels={CHANNELS}
            value={value.channel}
            isDisabled={isDisabled}
            onChange={(channel) => onChange({ ...value, channel })}
          />
          <YesNoSelect
            names="available"
            value={value.isAvailable}
            isDisabled={isDisabled}
            onChange={(isAvailable) => onChange({ ...value, isAvailable })}
          />
        </div>
      );
    case "segment":
      return <SegmentFields value={value} onChange={onChange} isDisabled={isDisabled} />;
    case "outcome":
      return (
        <>
          <OutcomeFields value={value} onChange={(next) => onChange({ ...value, ...next })} isDisabled={isDisabled} />
          <HappenedSelect value={value} onChange={onChange} isDisabled={isDisabled} />
        </>
      );
    case "reply":
      return (
        <>
          <WordsField value={value.words} isDisabled={isDisabled} onChange={(words) => onChange({ ...value, words })} />
          <HappenedSelect value={value} onChange={onChange} isDisabled={isDisabled} />
        </>
      );
  }
}

function HappenedSelect({ value, onChange, isDisabled }: Props<Extract<Test, { hasHappened: boolean }>>) {
  return (
    <YesNoSelect
      names="happened"
      value={value.hasHappened}
      isDisabled={isDisabled}
      onChange={(hasHappened) => onChange({ ...value, hasHappened })}
    />
  );
}

/** Any of these words; none: whatever is written. */
export function WordsField({ value, onChange, isDisabled }: Props<string[]>) {
  const { t } = useTranslation();
  return (
    <TypedField
      label={t("builder.words")}
      value={value.join(", ")}
      description={t("builder.wordsText")}
      isDisabled={isDisabled}
      onCommit={(text) => onChange(wordsIn(text))}
    />
  );
}

type Asked = { stepId: string; outcome: (typeof OUTCOMES)[number] };

/** What became of which message. */
export function OutcomeFields({ value, onChange, isDisabled }: Props<Asked>) {
  const { t } = useTranslation();
  const { flow } = useBuilder();
  const messages = flow.nodes.flatMap(({ kind, stepId, name }) =>
    kind === "message" ? [{ id: stepId, label: name }] : [],
  );
  const isKnown = messages.some(({ id }) => id === value.stepId);
  return (
    <div className="grid grid-cols-2 gap-2">
      <Select
        label={t("builder.message")}
        value={value.stepId}
        isDisabled={isDisabled}
        options={isKnown ? messages : [{ id: value.stepId, label: t("builder.choose") }, ...messages]}
        onChange={(stepId) => onChange({ stepId, outcome: value.outcome })}
      />
      <Select
        label={t("builder.outcome")}
        value={value.outcome}
        isDisabled={isDisabled}
        options={OUTCOMES.map((id) => ({ id, label: t(`builder.outcomes.${id}`) }))}
        onChange={(outcome) => onChange({ stepId: value.stepId, outcome })}
      />
    </div>
  );
}

/** Facts every booking and person has, with the names of their texts. */
const FACTS = [
  ["booking.title", "booking_title"],
  ["booking.status", "booking_status"],
  ["booking.isOnline", "booking_isOnline"],
  ["contact.name", "contact_name"],
  ["contact.language", "contact_language"],
  ["contact.tags", "contact_tags"],
] as const;
const BOOKING_ATTRIBUTE = "booking.attributes.";

function BookingFactFields(props: Props<Extract<Test, { kind: "fact" }>>) {
  const { t } = useTranslation();
  const facts = [
    ...FACTS.map(([id, name]) => ({ id, label: t(`builder.facts.${name}`) })),
    ...useOwnFacts(),
    { id: BOOKING_ATTRIBUTE, label: t("builder.bookingAttribute") },
  ];
  return <FactFields {...props} facts={facts} />;
}
