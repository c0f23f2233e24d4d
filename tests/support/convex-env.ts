// The deployment's own variables, as the embedded backend and `npm start` would set them.
process.env.CONVEX_SITE_URL = "http://127.0.0.1:3211";
process.env.CONVEX_CLOUD_URL = "http://127.0.0.1:3210";
process.env.SITE_URL = "http://127.0.0.1:3210";
// 32 bytes, base64: test-only key for secrets at rest.
process.env.SWITCHBOARD_SECRET_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
