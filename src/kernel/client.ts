/** Where a request came from, as sessions and the audit log keep it, and what it insists on. */
export type Client = {
  /** Empty where no request asked. */
  readonly address: string;
  readonly userAgent: string | null;
  /** The id that every answer, log line and audit entry of the request carries. */
  readonly requestId: string | null;
  /** The row that it changes must still have one of these versions, where it says some (RFC 9110, 13.1.1). */
  readonly ifMatch?: readonly number[] | undefined;
  /** Whether nobody waits for the answer any more: no statement is begun, and nothing committed. */
  readonly gone?: boolean;
};

/** The server's own doing: boot, the command line, jobs. */
export const noClient: Client = Object.freeze({ address: '', userAgent: null, requestId: null });
