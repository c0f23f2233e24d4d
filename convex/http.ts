import { httpRouter } from "convex/server";
import { describe, OPENAPI_PATH, rest } from "./api/http";
import { API_PREFIX, DOCS_PATH } from "./api/model";
import { auth } from "./auth";
import { receive as receiveBooking } from "./bookings/http";
import { POSTMARK_PREFIX, RAW_EMAIL_PREFIX } from "./intake/basicAuth";
import { postmark, rawEmail } from "./intake/http";
import { PROVIDER_HOOK_PREFIX } from "./connections/webhooks/model";
import { SURVEY_PREFIX } from "./surveys/html";
import { answerSurvey, showSurvey } from "./surveys/http";
import { confirmUnsubscribe, showUnsubscribe } from "./tracking/http";
import { confirmOptIn, showOptIn } from "./tracking/optIn/http";
import { savePreferences, showPreferences } from "./tracking/preferences/http";
import { allowSignUp, receiveSignUp, showSignUp } from "./tracking/signUp/http";
import { SIGN_UP_PREFIX } from "./tracking/signUp/rules";
import { receive as receiveProviderHook } from "./tracking/providerHooks/http";

// Everything strangers can reach over HTTP, one line each.
const http = httpRouter();

http.route({ pathPrefix: "/hooks/booking/", method: "POST", handler: receiveBooking });
http.route({ pathPrefix: POSTMARK_PREFIX, method: "POST", handler: postmark });
http.route({ pathPrefix: RAW_EMAIL_PREFIX, method: "POST", handler: rawEmail });
// GET: Meta's handshake and reports of providers that report by GET.
http.route({ pathPrefix: PROVIDER_HOOK_PREFIX, method: "GET", handler: receiveProviderHook });
http.route({ pathPrefix: PROVIDER_HOOK_PREFIX, method: "POST", handler: receiveProviderHook });
// GET asks, POST unsubscribes: link scanners fetch, people and mail programs post (RFC 8058).
http.route({ pathPrefix: "/u/", method: "GET", handler: showUnsubscribe });
http.route({ pathPrefix: "/u/", method: "POST", handler: confirmUnsubscribe });
// What a person wants to hear about, and by which way; and the confirmation of a sign-up (double opt-in).
http.route({ pathPrefix: "/p/", method: "GET", handler: showPreferences });
http.route({ pathPrefix: "/p/", method: "POST", handler: savePreferences });
http.route({ pathPrefix: "/c/", method: "GET", handler: showOptIn });
http.route({ pathPrefix: "/c/", method: "POST", handler: confirmOptIn });
// How it was: GET asks, POST answers.
http.route({ pathPrefix: SURVEY_PREFIX, method: "GET", handler: showSurvey });
http.route({ pathPrefix: SURVEY_PREFIX, method: "POST", handler: answerSurvey });
// Sign-up forms: the page, what other pages' forms send, and the question of their browsers whether they may.
http.route({ pathPrefix: SIGN_UP_PREFIX, method: "GET", handler: showSignUp });
http.route({ pathPrefix: SIGN_UP_PREFIX, method: "POST", handler: receiveSignUp });
http.route({ pathPrefix: SIGN_UP_PREFIX, method: "OPTIONS", handler: allowSignUp });

// The REST API (docs/api.md); the path decides among its operations.
http.route({ pathPrefix: API_PREFIX, method: "GET", handler: rest });
http.route({ pathPrefix: API_PREFIX, method: "POST", handler: rest });
http.route({ pathPrefix: API_PREFIX, method: "PATCH", handler: rest });
http.route({ pathPrefix: API_PREFIX, method: "PUT", handler: rest });
http.route({ pathPrefix: API_PREFIX, method: "DELETE", handler: rest });
http.route({ path: OPENAPI_PATH, method: "GET", handler: describe });
http.route({ path: DOCS_PATH, method: "GET", handler: describe });

auth.addHttpRoutes(http);

export default http;
