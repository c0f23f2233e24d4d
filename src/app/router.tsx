import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { withTexts } from "../lib/later";
import { loadSoon } from "../lib/warm-up";
import { RootRoute } from "../routes/root";
import { MissingScreen, ScreenError } from "../routes/fallbacks";
import {
  accountSearch,
  bookingSearch,
  consentSearch,
  contactSearch,
  drillSearch,
  intakeSearch,
  inboxSearch,
  monitoringSearch,
  phoneSearch,
  queueSearch,
  reportSearch,
  SETTINGS_SECTIONS,
  settingsSearch,
  taskSearch,
  ticketSearch,
  textSearch,
  type SettingsSection,
} from "../lib/search-params";

// The map of the app: address → screen. Each screen is its own chunk; what a screen filters by lies in the address.

const rootRoute = createRootRoute({ component: RootRoute });

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox", search: { view: "all" } });
  },
});

// What they open stands in the root: there is no workspace around it.
const joinRoute = createRoute({ getParentRoute: () => rootRoute, path: "/join/$joinToken" });
const resetRoute = createRoute({ getParentRoute: () => rootRoute, path: "/reset/$resetToken" });

const inboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/inbox",
  validateSearch: inboxSearch,
  component: lazyRouteComponent(() => import("../routes/inbox"), "InboxRoute"),
});

const inboxIndexRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: "/",
  component: lazyRouteComponent(() => import("../routes/inbox"), "NoThreadRoute"),
});

const loadThread = () => withTexts(import("../routes/thread"));
loadSoon(loadThread);

const threadRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: "$threadId",
  component: lazyRouteComponent(loadThread, "ThreadRoute"),
});

const searchRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/search",
  validateSearch: textSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/search")), "SearchRoute"),
});

const bookingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/bookings",
  validateSearch: bookingSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/bookings")), "BookingsRoute"),
});

const bookingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/bookings/$bookingId",
  component: lazyRouteComponent(() => withTexts(import("../routes/bookings")), "BookingRoute"),
});

const sequencesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sequences",
  component: lazyRouteComponent(() => withTexts(import("../routes/sequences")), "SequencesRoute"),
});

const sequenceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sequences/$sequenceId",
  component: lazyRouteComponent(() => withTexts(import("../routes/sequences")), "SequenceRoute"),
});

const templatesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates",
  component: lazyRouteComponent(() => withTexts(import("../routes/templates")), "TemplatesRoute"),
});

const templateRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/templates/$templateId",
  component: lazyRouteComponent(() => withTexts(import("../routes/templates")), "TemplateRoute"),
});

const rehearsalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sequences/$sequenceId/rehearsal",
  component: lazyRouteComponent(() => withTexts(import("../routes/rehearsal")), "RehearsalRoute"),
});

const queueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/queue",
  validateSearch: queueSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/queue")), "QueueRoute"),
});

const consentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/consent",
  validateSearch: consentSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/consent")), "ConsentRoute"),
});

const monitoringRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/monitoring",
  validateSearch: monitoringSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/monitoring")), "MonitoringRoute"),
});

const intakeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/intake",
  validateSearch: intakeSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/intake")), "IntakeRoute"),
});

const reportsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reports",
  validateSearch: reportSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/reports")), "ReportsRoute"),
});

const drillRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/drill",
  validateSearch: drillSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/drill")), "DrillRoute"),
});

const tasksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tasks",
  validateSearch: taskSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/tasks")), "TasksRoute"),
});

const ticketsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tickets",
  validateSearch: ticketSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/tickets")), "TicketsRoute"),
});

const phonesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/phones",
  validateSearch: phoneSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/phones")), "PhonesRoute"),
});

const contactsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/contacts",
  validateSearch: contactSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/contacts")), "ContactsRoute"),
});

const contactRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/contacts/$contactId",
  component: lazyRouteComponent(() => withTexts(import("../routes/contact")), "ContactRoute"),
});

const loadSegments = () => withTexts(import("../routes/segments"));

const newSegmentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/segments/new",
  component: lazyRouteComponent(loadSegments, "NewSegmentRoute"),
});

const segmentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/segments/$segmentId",
  component: lazyRouteComponent(loadSegments, "SegmentRoute"),
});

const accountsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/accounts",
  validateSearch: accountSearch,
  component: lazyRouteComponent(() => withTexts(import("../routes/accounts")), "AccountsRoute"),
});

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/accounts/$accountId",
  component: lazyRouteComponent(() => withTexts(import("../routes/accounts")), "AccountRoute"),
});

const settingsIndexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "general" } });
  },
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/settings/$section",
  validateSearch: settingsSearch,
  params: {
    parse: ({ section }): { section: SettingsSection } => ({
      section: SETTINGS_SECTIONS.find((known) => known === section) ?? "general",
    }),
  },
  component: lazyRouteComponent(() => withTexts(import("../routes/settings")), "SettingsRoute"),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    indexRoute,
    joinRoute,
    resetRoute,
    inboxRoute.addChildren([inboxIndexRoute, threadRoute]),
    searchRoute,
    bookingsRoute,
    bookingRoute,
    sequencesRoute,
    sequenceRoute,
    templatesRoute,
    templateRoute,
    rehearsalRoute,
    queueRoute,
    monitoringRoute,
    intakeRoute,
    reportsRoute,
    drillRoute,
    tasksRoute,
    ticketsRoute,
    consentRoute,
    phonesRoute,
    contactsRoute,
    newSegmentRoute,
    segmentRoute,
    contactRoute,
    accountsRoute,
    accountRoute,
    settingsIndexRoute,
    settingsRoute,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: ScreenError,
  defaultNotFoundComponent: MissingScreen,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
