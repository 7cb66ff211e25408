/** Where a request came from, as sessions and the audit log keep it. */
export type Client = {
  /** Empty where no request asked. */
  readonly address: string;
  readonly userAgent: string | null;
  /** The id that every answer, log line and audit entry of the request carries. */
  readonly requestId: string | null;
};

/** The server's own doing: boot, the command line, jobs. */
export const noClient: Client = Object.freeze({ address: '', userAgent: null, requestId: null });
