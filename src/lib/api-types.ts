import type { FunctionReturnType } from "convex/server";
import type { api } from "../../convex/_generated/api";

// The shapes the screens work with, named once. They are what the functions return, never a second definition.

type Result<F extends { _returnType: unknown }> = F["_returnType"];
type PageOf<F extends { _returnType: unknown }> = Result<F> extends { page: (infer Row)[] } ? Row : never;

export type Me = NonNullable<FunctionReturnType<typeof api.orgs.queries.me>>;
export type Membership = Me["memberships"][number];

export type ThreadRow = PageOf<typeof api.inbox.queries.listThreads>;
export type ThreadDetail = NonNullable<Result<typeof api.inbox.queries.getThread>>;
export type SavedViewRow = Result<typeof api.inbox.savedViews.queries.list>[number];
type SearchResult = Result<typeof api.inbox.search.queries.find>;
export type FoundThread = SearchResult["threads"][number];
export type FoundContact = SearchResult["contacts"][number];
export type FoundMessage = PageOf<typeof api.inbox.search.queries.messages>;
export type FoundFile = PageOf<typeof api.inbox.search.queries.files>;
export type FoundAccount = PageOf<typeof api.contacts.accounts.queries.list>;
export type MessageRow = PageOf<typeof api.inbox.queries.listMessages>;
export type MergeCandidate = Result<typeof api.inbox.merges.queries.candidates>[number];
export type ThreadStatus = ThreadRow["status"];
export type DeliveryStatus = NonNullable<MessageRow["deliveryStatus"]>;
export type ThreadView = (typeof api.inbox.queries.listThreads)["_args"]["view"];

export type BookingRow = PageOf<typeof api.bookings.queries.list>;
export type BookingDetail = NonNullable<Result<typeof api.bookings.queries.get>>;
export type BookingView = (typeof api.bookings.queries.list)["_args"]["view"];
export type JourneyStep = BookingDetail["journey"][number];

export type SequenceRow = Result<typeof api.sequences.queries.list>[number];
export type SequenceListRow = PageOf<typeof api.sequences.drafts.queries.list>;
export type SequenceBuilderView = NonNullable<Result<typeof api.sequences.drafts.queries.get>>;
export type ReadyMadeRow = Result<typeof api.sequences.readyMade.queries.list>[number];
export type StepPerson = PageOf<typeof api.sequences.people.queries.page>;
export type StepPeopleGroup = (typeof api.sequences.people.queries.page)["_args"]["group"];
export type SequenceStatus = SequenceListRow["status"];
export type Flow = SequenceBuilderView["flow"];
export type FlowNode = Flow["nodes"][number];
type NodeOf<Kind extends FlowNode["kind"]> = Extract<FlowNode, { kind: Kind }>;
export type Phase = FlowNode["phase"];
export type MessageNode = NodeOf<"message">;
export type MessageTiming = MessageNode["timing"];
export type StepTiming = Exclude<MessageTiming, { kind: "reached" }>;
export type Anchor = StepTiming["anchor"];
export type Rest = NodeOf<"wait">["rest"];
export type Awaited = NodeOf<"wait_for">["awaited"];
export type Condition = NodeOf<"branch">["arms"][number]["condition"];
export type Test = Condition["groups"][number]["tests"][number];
export type Deed = NodeOf<"deed">["deed"];
export type Edit = (typeof api.sequences.drafts.mutations.edit)["_args"]["edits"][number];
export type Place = Extract<Edit, { kind: "insert" }>["place"];
export type PublishImpact = Result<typeof api.sequences.publishing.queries.impact>;
export type Choice = (typeof api.sequences.publishing.mutations.publish)["_args"]["choices"][number]["choice"];

export type Segment = Result<typeof api.contacts.segments.queries.get>;
export type SegmentRule = Segment["rule"];
export type SegmentTest = SegmentRule["groups"][number]["tests"][number];
export type SegmentFinding = Result<typeof api.contacts.segments.queries.explain>["findings"][number];

export type QueueRow = PageOf<typeof api.delivery.queries.listQueue>;
export type QueueDetail = NonNullable<Result<typeof api.delivery.queries.getMessage>>;
export type QueueGroup = (typeof api.delivery.queries.listQueue)["_args"]["group"];
export type AutoResponseRow = FunctionReturnType<typeof api.inbox.autoResponses.queries.list>[number];
export type WaitingForTalk = NonNullable<FunctionReturnType<typeof api.delivery.holds.queries.ofContact>>;
export type QueueState = QueueRow["state"];
export type Lane = Result<typeof api.delivery.monitor.queries.live>[number]["lane"];

export type DeliverySettings = Result<typeof api.delivery.settings.queries.get>["settings"];
export type DeliverySettingsChange = (typeof api.delivery.settings.mutations.update)["_args"]["change"];

export type DeadLetterRow = PageOf<typeof api.delivery.deadLetters.queries.list>;
export type DeadGroupRow = Result<typeof api.delivery.deadLetters.queries.groups>[number];
export type DeadLetterJob = Result<typeof api.delivery.deadLetters.queries.jobs>[number];
export type ConnectionState = Result<typeof api.delivery.monitor.queries.connections>[number];

export type UnreadRow = PageOf<typeof api.intake.unread.queries.list>;
export type UnreadDetail = Result<typeof api.intake.unread.queries.get>;
export type UnreadGroup = (typeof api.intake.unread.queries.list)["_args"]["group"];

export type DrillRow = Result<typeof api.sandbox.drills.queries.list>[number];
export type DrillView = Result<typeof api.sandbox.drills.queries.view>;
export type TaskRow = PageOf<typeof api.tasks.queries.list>;

export type DeviceRow = Result<typeof api.sandbox.queries.devices>[number];
export type DeviceMessage = Result<typeof api.sandbox.queries.device>[number];

export type SequenceSettings = Result<typeof api.sequences.settings.queries.get>;
export type Resumption = (typeof api.sequences.running.mutations.resume)["_args"]["how"];
export type LastPeople = (typeof api.sequences.running.mutations.archive)["_args"]["people"];
export type ChangeKind = NonNullable<Result<typeof api.sequences.publishing.queries.progress>>["kind"];

export type PersonLaneItem = Result<typeof api.sequences.lane.queries.ofContact>["items"][number];
export type LaneMessage = Extract<PersonLaneItem, { kind: "message" }>;
export type PastMessage = PageOf<typeof api.sequences.lane.queries.past>;
export type LaneForeseen = NonNullable<LaneMessage["foreseen"]>;
export type MailBrand = Result<typeof api.templates.brands.queries.list>[number];

export type TemplateRow = PageOf<typeof api.templates.drafts.queries.list>;
export type TemplateView = Result<typeof api.templates.drafts.queries.get>;
export type TemplateVersionRow = PageOf<typeof api.templates.drafts.queries.versions>;
export type TemplateText = (typeof api.templates.drafts.mutations.save)["_args"]["text"];
export type TemplateIdentity = Omit<(typeof api.templates.drafts.mutations.start)["_args"], "orgId">;
export type WhatsAppParts = NonNullable<TemplateText["whatsapp"]>;
export type TemplateUse = Result<typeof api.sequences.templateUse.queries.list>[number];
export type PreviewQuestion = Omit<(typeof api.sequences.preview.mutations.ask)["_args"], "orgId" | "previewId">;
export type PreviewAnswer = NonNullable<Result<typeof api.sequences.preview.queries.get>>;
export type RehearsalPage = Result<typeof api.sequences.rehearsal.queries.page>;
export type RehearsedPerson = RehearsalPage["people"][number];
export type RehearsedMessage = RehearsedPerson["messages"][number];
export type RehearsedWhy = Result<typeof api.sequences.rehearsal.queries.message>;
export type ReplayedRow = Result<typeof api.sequences.replay.queries.ofEnrolment>[number];
