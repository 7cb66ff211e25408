/** Starts Swagger UI. */
/* global SwaggerUIBundle */
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  // A token in localStorage outlives the tab and is there for any script: it stays in memory.
  persistAuthorization: false,
  validatorUrl: null,
});
