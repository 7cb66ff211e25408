/** How paths are matched, by the server and by whatever asks what the server would match. */

export const routing = {
  /** A trailing slash on a path means the same route. */
  ignoreTrailingSlash: true,
  maxParamLength: 500,
} as const;
