/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as audit_model from "../audit/model.js";
import type * as audit_queries from "../audit/queries.js";
import type * as auth from "../auth.js";
import type * as bookings_calcom from "../bookings/calcom.js";
import type * as bookings_event from "../bookings/event.js";
import type * as bookings_fields from "../bookings/fields.js";
import type * as bookings_generic from "../bookings/generic.js";
import type * as bookings_http from "../bookings/http.js";
import type * as bookings_jobs from "../bookings/jobs.js";
import type * as bookings_journey from "../bookings/journey.js";
import type * as bookings_journeySources from "../bookings/journeySources.js";
import type * as bookings_model_apply from "../bookings/model/apply.js";
import type * as bookings_model_manual from "../bookings/model/manual.js";
import type * as bookings_model_participants from "../bookings/model/participants.js";
import type * as bookings_model_read from "../bookings/model/read.js";
import type * as bookings_model_sources from "../bookings/model/sources.js";
import type * as bookings_model_webhooks from "../bookings/model/webhooks.js";
import type * as bookings_mutations from "../bookings/mutations.js";
import type * as bookings_queries from "../bookings/queries.js";
import type * as bookings_signature from "../bookings/signature.js";
import type * as bookings_transition from "../bookings/transition.js";
import type * as collab_model from "../collab/model.js";
import type * as collab_presence from "../collab/presence.js";
import type * as connections_breaker from "../connections/breaker.js";
import type * as connections_catalogue from "../connections/catalogue.js";
import type * as connections_model from "../connections/model.js";
import type * as connections_mutations from "../connections/mutations.js";
import type * as connections_queries from "../connections/queries.js";
import type * as contacts_addresses from "../contacts/addresses.js";
import type * as contacts_model from "../contacts/model.js";
import type * as contacts_names from "../contacts/names.js";
import type * as contacts_queries from "../contacts/queries.js";
import type * as crons from "../crons.js";
import type * as delivery_content from "../delivery/content.js";
import type * as delivery_groups from "../delivery/groups.js";
import type * as delivery_hash from "../delivery/hash.js";
import type * as delivery_headers from "../delivery/headers.js";
import type * as delivery_jobs from "../delivery/jobs.js";
import type * as delivery_model from "../delivery/model.js";
import type * as delivery_model_claim from "../delivery/model/claim.js";
import type * as delivery_model_counts from "../delivery/model/counts.js";
import type * as delivery_model_facts from "../delivery/model/facts.js";
import type * as delivery_model_operate from "../delivery/model/operate.js";
import type * as delivery_model_outgoing from "../delivery/model/outgoing.js";
import type * as delivery_model_recovery from "../delivery/model/recovery.js";
import type * as delivery_model_replaceContent from "../delivery/model/replaceContent.js";
import type * as delivery_model_settle from "../delivery/model/settle.js";
import type * as delivery_model_tokens from "../delivery/model/tokens.js";
import type * as delivery_model_views from "../delivery/model/views.js";
import type * as delivery_model_wakeUps from "../delivery/model/wakeUps.js";
import type * as delivery_mutations from "../delivery/mutations.js";
import type * as delivery_nodeJobs from "../delivery/nodeJobs.js";
import type * as delivery_providers_adapters from "../delivery/providers/adapters.js";
import type * as delivery_providers_sandbox from "../delivery/providers/sandbox.js";
import type * as delivery_providers_smtp from "../delivery/providers/smtp.js";
import type * as delivery_providers_smtpErrors from "../delivery/providers/smtpErrors.js";
import type * as delivery_providers_types from "../delivery/providers/types.js";
import type * as delivery_providers_webhooks from "../delivery/providers/webhooks.js";
import type * as delivery_queries from "../delivery/queries.js";
import type * as delivery_quietHours from "../delivery/quietHours.js";
import type * as delivery_recovery from "../delivery/recovery.js";
import type * as delivery_render from "../delivery/render.js";
import type * as delivery_retryPolicy from "../delivery/retryPolicy.js";
import type * as delivery_router from "../delivery/router.js";
import type * as delivery_sendChecks from "../delivery/sendChecks.js";
import type * as delivery_sourceChecks from "../delivery/sourceChecks.js";
import type * as delivery_status from "../delivery/status.js";
import type * as dev_data_bookings from "../dev/data/bookings.js";
import type * as dev_data_people from "../dev/data/people.js";
import type * as dev_data_templates from "../dev/data/templates.js";
import type * as dev_data_threads from "../dev/data/threads.js";
import type * as dev_fixtures from "../dev/fixtures.js";
import type * as dev_jobs from "../dev/jobs.js";
import type * as dev_mailFlood from "../dev/mailFlood.js";
import type * as dev_model_bookings from "../dev/model/bookings.js";
import type * as dev_model_history from "../dev/model/history.js";
import type * as dev_model_threads from "../dev/model/threads.js";
import type * as dev_model_workspace from "../dev/model/workspace.js";
import type * as dev_nodeJobs from "../dev/nodeJobs.js";
import type * as dev_seed from "../dev/seed.js";
import type * as events_jobs from "../events/jobs.js";
import type * as events_model from "../events/model.js";
import type * as events_retry from "../events/retry.js";
import type * as events_subscriptions from "../events/subscriptions.js";
import type * as files_model from "../files/model.js";
import type * as http from "../http.js";
import type * as inbox_deliveryStatus from "../inbox/deliveryStatus.js";
import type * as inbox_inbound_fitBody from "../inbox/inbound/fitBody.js";
import type * as inbox_inbound_jobs from "../inbox/inbound/jobs.js";
import type * as inbox_inbound_nodeJobs from "../inbox/inbound/nodeJobs.js";
import type * as inbox_inbound_sender from "../inbox/inbound/sender.js";
import type * as inbox_model_drafts from "../inbox/model/drafts.js";
import type * as inbox_model_inbound from "../inbox/model/inbound.js";
import type * as inbox_model_lists from "../inbox/model/lists.js";
import type * as inbox_model_readMarks from "../inbox/model/readMarks.js";
import type * as inbox_model_receive from "../inbox/model/receive.js";
import type * as inbox_model_refs from "../inbox/model/refs.js";
import type * as inbox_model_reply from "../inbox/model/reply.js";
import type * as inbox_model_rows from "../inbox/model/rows.js";
import type * as inbox_model_work from "../inbox/model/work.js";
import type * as inbox_mutations from "../inbox/mutations.js";
import type * as inbox_optOut from "../inbox/optOut.js";
import type * as inbox_preview from "../inbox/preview.js";
import type * as inbox_queries from "../inbox/queries.js";
import type * as inbox_reactions from "../inbox/reactions.js";
import type * as inbox_simpleHtml from "../inbox/simpleHtml.js";
import type * as inbox_threading from "../inbox/threading.js";
import type * as intake_backoff from "../intake/backoff.js";
import type * as intake_basicAuth from "../intake/basicAuth.js";
import type * as intake_email_automatic from "../intake/email/automatic.js";
import type * as intake_email_bounce from "../intake/email/bounce.js";
import type * as intake_email_inboundEmail from "../intake/email/inboundEmail.js";
import type * as intake_email_newestReply from "../intake/email/newestReply.js";
import type * as intake_email_parsePostmark from "../intake/email/parsePostmark.js";
import type * as intake_email_parseRaw from "../intake/email/parseRaw.js";
import type * as intake_email_quoteBoundary from "../intake/email/quoteBoundary.js";
import type * as intake_email_subject from "../intake/email/subject.js";
import type * as intake_email_windows1252 from "../intake/email/windows1252.js";
import type * as intake_http from "../intake/http.js";
import type * as intake_jobs from "../intake/jobs.js";
import type * as intake_model from "../intake/model.js";
import type * as intake_processors from "../intake/processors.js";
import type * as intake_text_parseSandbox from "../intake/text/parseSandbox.js";
import type * as lib_access from "../lib/access.js";
import type * as lib_clerkClaims from "../lib/clerkClaims.js";
import type * as lib_closedSets from "../lib/closedSets.js";
import type * as lib_credentials from "../lib/credentials.js";
import type * as lib_crypto from "../lib/crypto.js";
import type * as lib_env from "../lib/env.js";
import type * as lib_errors from "../lib/errors.js";
import type * as lib_functions from "../lib/functions.js";
import type * as lib_log from "../lib/log.js";
import type * as lib_permissions from "../lib/permissions.js";
import type * as lib_rateLimits from "../lib/rateLimits.js";
import type * as lib_time from "../lib/time.js";
import type * as orgs_demo from "../orgs/demo.js";
import type * as orgs_invitations_model from "../orgs/invitations/model.js";
import type * as orgs_jobs from "../orgs/jobs.js";
import type * as orgs_model from "../orgs/model.js";
import type * as orgs_mutations from "../orgs/mutations.js";
import type * as orgs_people_model from "../orgs/people/model.js";
import type * as orgs_queries from "../orgs/queries.js";
import type * as orgs_slug from "../orgs/slug.js";
import type * as sandbox_behaviour from "../sandbox/behaviour.js";
import type * as sandbox_jobs from "../sandbox/jobs.js";
import type * as sandbox_mime from "../sandbox/mime.js";
import type * as sandbox_model_devices from "../sandbox/model/devices.js";
import type * as sandbox_model_provider from "../sandbox/model/provider.js";
import type * as sandbox_model_reply from "../sandbox/model/reply.js";
import type * as sandbox_mutations from "../sandbox/mutations.js";
import type * as sandbox_queries from "../sandbox/queries.js";
import type * as sequences_jobs from "../sequences/jobs.js";
import type * as sequences_model_enrol from "../sequences/model/enrol.js";
import type * as sequences_model_figures from "../sequences/model/figures.js";
import type * as sequences_model_messages from "../sequences/model/messages.js";
import type * as sequences_model_read from "../sequences/model/read.js";
import type * as sequences_model_runs from "../sequences/model/runs.js";
import type * as sequences_model_sequences from "../sequences/model/sequences.js";
import type * as sequences_planner from "../sequences/planner.js";
import type * as sequences_queries from "../sequences/queries.js";
import type * as sequences_reactions from "../sequences/reactions.js";
import type * as sequences_runStates from "../sequences/runStates.js";
import type * as sequences_timing from "../sequences/timing.js";
import type * as sequences_values from "../sequences/values.js";
import type * as templates_model from "../templates/model.js";
import type * as templates_queries from "../templates/queries.js";
import type * as templates_variables from "../templates/variables.js";
import type * as tracking_http from "../tracking/http.js";
import type * as tracking_jobs from "../tracking/jobs.js";
import type * as tracking_model from "../tracking/model.js";
import type * as tracking_receiptKinds from "../tracking/receiptKinds.js";
import type * as tracking_unsubscribeHtml from "../tracking/unsubscribeHtml.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  "audit/model": typeof audit_model;
  "audit/queries": typeof audit_queries;
  auth: typeof auth;
  "bookings/calcom": typeof bookings_calcom;
  "bookings/event": typeof bookings_event;
  "bookings/fields": typeof bookings_fields;
  "bookings/generic": typeof bookings_generic;
  "bookings/http": typeof bookings_http;
  "bookings/jobs": typeof bookings_jobs;
  "bookings/journey": typeof bookings_journey;
  "bookings/journeySources": typeof bookings_journeySources;
  "bookings/model/apply": typeof bookings_model_apply;
  "bookings/model/manual": typeof bookings_model_manual;
  "bookings/model/participants": typeof bookings_model_participants;
  "bookings/model/read": typeof bookings_model_read;
  "bookings/model/sources": typeof bookings_model_sources;
  "bookings/model/webhooks": typeof bookings_model_webhooks;
  "bookings/mutations": typeof bookings_mutations;
  "bookings/queries": typeof bookings_queries;
  "bookings/signature": typeof bookings_signature;
  "bookings/transition": typeof bookings_transition;
  "collab/model": typeof collab_model;
  "collab/presence": typeof collab_presence;
  "connections/breaker": typeof connections_breaker;
  "connections/catalogue": typeof connections_catalogue;
  "connections/model": typeof connections_model;
  "connections/mutations": typeof connections_mutations;
  "connections/queries": typeof connections_queries;
  "contacts/addresses": typeof contacts_addresses;
  "contacts/model": typeof contacts_model;
  "contacts/names": typeof contacts_names;
  "contacts/queries": typeof contacts_queries;
  crons: typeof crons;
  "delivery/content": typeof delivery_content;
  "delivery/groups": typeof delivery_groups;
  "delivery/hash": typeof delivery_hash;
  "delivery/headers": typeof delivery_headers;
  "delivery/jobs": typeof delivery_jobs;
  "delivery/model": typeof delivery_model;
  "delivery/model/claim": typeof delivery_model_claim;
  "delivery/model/counts": typeof delivery_model_counts;
  "delivery/model/facts": typeof delivery_model_facts;
  "delivery/model/operate": typeof delivery_model_operate;
  "delivery/model/outgoing": typeof delivery_model_outgoing;
  "delivery/model/recovery": typeof delivery_model_recovery;
  "delivery/model/replaceContent": typeof delivery_model_replaceContent;
  "delivery/model/settle": typeof delivery_model_settle;
  "delivery/model/tokens": typeof delivery_model_tokens;
  "delivery/model/views": typeof delivery_model_views;
  "delivery/model/wakeUps": typeof delivery_model_wakeUps;
  "delivery/mutations": typeof delivery_mutations;
  "delivery/nodeJobs": typeof delivery_nodeJobs;
  "delivery/providers/adapters": typeof delivery_providers_adapters;
  "delivery/providers/sandbox": typeof delivery_providers_sandbox;
  "delivery/providers/smtp": typeof delivery_providers_smtp;
  "delivery/providers/smtpErrors": typeof delivery_providers_smtpErrors;
  "delivery/providers/types": typeof delivery_providers_types;
  "delivery/providers/webhooks": typeof delivery_providers_webhooks;
  "delivery/queries": typeof delivery_queries;
  "delivery/quietHours": typeof delivery_quietHours;
  "delivery/recovery": typeof delivery_recovery;
  "delivery/render": typeof delivery_render;
  "delivery/retryPolicy": typeof delivery_retryPolicy;
  "delivery/router": typeof delivery_router;
  "delivery/sendChecks": typeof delivery_sendChecks;
  "delivery/sourceChecks": typeof delivery_sourceChecks;
  "delivery/status": typeof delivery_status;
  "dev/data/bookings": typeof dev_data_bookings;
  "dev/data/people": typeof dev_data_people;
  "dev/data/templates": typeof dev_data_templates;
  "dev/data/threads": typeof dev_data_threads;
  "dev/fixtures": typeof dev_fixtures;
  "dev/jobs": typeof dev_jobs;
  "dev/mailFlood": typeof dev_mailFlood;
  "dev/model/bookings": typeof dev_model_bookings;
  "dev/model/history": typeof dev_model_history;
  "dev/model/threads": typeof dev_model_threads;
  "dev/model/workspace": typeof dev_model_workspace;
  "dev/nodeJobs": typeof dev_nodeJobs;
  "dev/seed": typeof dev_seed;
  "events/jobs": typeof events_jobs;
  "events/model": typeof events_model;
  "events/retry": typeof events_retry;
  "events/subscriptions": typeof events_subscriptions;
  "files/model": typeof files_model;
  http: typeof http;
  "inbox/deliveryStatus": typeof inbox_deliveryStatus;
  "inbox/inbound/fitBody": typeof inbox_inbound_fitBody;
  "inbox/inbound/jobs": typeof inbox_inbound_jobs;
  "inbox/inbound/nodeJobs": typeof inbox_inbound_nodeJobs;
  "inbox/inbound/sender": typeof inbox_inbound_sender;
  "inbox/model/drafts": typeof inbox_model_drafts;
  "inbox/model/inbound": typeof inbox_model_inbound;
  "inbox/model/lists": typeof inbox_model_lists;
  "inbox/model/readMarks": typeof inbox_model_readMarks;
  "inbox/model/receive": typeof inbox_model_receive;
  "inbox/model/refs": typeof inbox_model_refs;
  "inbox/model/reply": typeof inbox_model_reply;
  "inbox/model/rows": typeof inbox_model_rows;
  "inbox/model/work": typeof inbox_model_work;
  "inbox/mutations": typeof inbox_mutations;
  "inbox/optOut": typeof inbox_optOut;
  "inbox/preview": typeof inbox_preview;
  "inbox/queries": typeof inbox_queries;
  "inbox/reactions": typeof inbox_reactions;
  "inbox/simpleHtml": typeof inbox_simpleHtml;
  "inbox/threading": typeof inbox_threading;
  "intake/backoff": typeof intake_backoff;
  "intake/basicAuth": typeof intake_basicAuth;
  "intake/email/automatic": typeof intake_email_automatic;
  "intake/email/bounce": typeof intake_email_bounce;
  "intake/email/inboundEmail": typeof intake_email_inboundEmail;
  "intake/email/newestReply": typeof intake_email_newestReply;
  "intake/email/parsePostmark": typeof intake_email_parsePostmark;
  "intake/email/parseRaw": typeof intake_email_parseRaw;
  "intake/email/quoteBoundary": typeof intake_email_quoteBoundary;
  "intake/email/subject": typeof intake_email_subject;
  "intake/email/windows1252": typeof intake_email_windows1252;
  "intake/http": typeof intake_http;
  "intake/jobs": typeof intake_jobs;
  "intake/model": typeof intake_model;
  "intake/processors": typeof intake_processors;
  "intake/text/parseSandbox": typeof intake_text_parseSandbox;
  "lib/access": typeof lib_access;
  "lib/clerkClaims": typeof lib_clerkClaims;
  "lib/closedSets": typeof lib_closedSets;
  "lib/credentials": typeof lib_credentials;
  "lib/crypto": typeof lib_crypto;
  "lib/env": typeof lib_env;
  "lib/errors": typeof lib_errors;
  "lib/functions": typeof lib_functions;
  "lib/log": typeof lib_log;
  "lib/permissions": typeof lib_permissions;
  "lib/rateLimits": typeof lib_rateLimits;
  "lib/time": typeof lib_time;
  "orgs/demo": typeof orgs_demo;
  "orgs/invitations/model": typeof orgs_invitations_model;
  "orgs/jobs": typeof orgs_jobs;
  "orgs/model": typeof orgs_model;
  "orgs/mutations": typeof orgs_mutations;
  "orgs/people/model": typeof orgs_people_model;
  "orgs/queries": typeof orgs_queries;
  "orgs/slug": typeof orgs_slug;
  "sandbox/behaviour": typeof sandbox_behaviour;
  "sandbox/jobs": typeof sandbox_jobs;
  "sandbox/mime": typeof sandbox_mime;
  "sandbox/model/devices": typeof sandbox_model_devices;
  "sandbox/model/provider": typeof sandbox_model_provider;
  "sandbox/model/reply": typeof sandbox_model_reply;
  "sandbox/mutations": typeof sandbox_mutations;
  "sandbox/queries": typeof sandbox_queries;
  "sequences/jobs": typeof sequences_jobs;
  "sequences/model/enrol": typeof sequences_model_enrol;
  "sequences/model/figures": typeof sequences_model_figures;
  "sequences/model/messages": typeof sequences_model_messages;
  "sequences/model/read": typeof sequences_model_read;
  "sequences/model/runs": typeof sequences_model_runs;
  "sequences/model/sequences": typeof sequences_model_sequences;
  "sequences/planner": typeof sequences_planner;
  "sequences/queries": typeof sequences_queries;
  "sequences/reactions": typeof sequences_reactions;
  "sequences/runStates": typeof sequences_runStates;
  "sequences/timing": typeof sequences_timing;
  "sequences/values": typeof sequences_values;
  "templates/model": typeof templates_model;
  "templates/queries": typeof templates_queries;
  "templates/variables": typeof templates_variables;
  "tracking/http": typeof tracking_http;
  "tracking/jobs": typeof tracking_jobs;
  "tracking/model": typeof tracking_model;
  "tracking/receiptKinds": typeof tracking_receiptKinds;
  "tracking/unsubscribeHtml": typeof tracking_unsubscribeHtml;
}>;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export declare const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
>;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export declare const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
>;

export declare const components: {
  rateLimiter: import("@convex-dev/rate-limiter/_generated/component.js").ComponentApi<"rateLimiter">;
  presence: import("@convex-dev/presence/_generated/component.js").ComponentApi<"presence">;
  queueCounts: import("@convex-dev/aggregate/_generated/component.js").ComponentApi<"queueCounts">;
  threadCounts: import("@convex-dev/aggregate/_generated/component.js").ComponentApi<"threadCounts">;
};
