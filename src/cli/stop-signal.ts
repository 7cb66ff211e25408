/** Ctrl-C and SIGTERM: the first asks to stop, a second one ends at once. */

/**
 * npm hands a Ctrl-C on to a process that the terminal has told already; what follows within this
 * time is the same key press.
 */
const echoMs = 200;

export function stopSignal() {
  const controller = new AbortController();
  const received = new Promise<NodeJS.Signals>((resolve) => {
    let first: number | undefined;
    const hear = (signal: NodeJS.Signals) => {
      if (first === undefined) {
        first = performance.now();
        controller.abort();
        resolve(signal);
      } else if (performance.now() - first > echoMs) process.exit(130);
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
  });
  return { received, signal: controller.signal };
}
