/** Work that runs once for any number of wake-ups while it waits, and again for one that comes while it runs. */
export interface BackgroundWork {
  wake(): void;
  stop(): Promise<void>;
}

/** A failed run is reported; the next wake-up tries again. */
export function startBackgroundWork(
  run: () => Promise<void>,
  report: (error: unknown) => void,
): BackgroundWork {
  let woken = false;
  let stopped = false;
  let running: Promise<void> | undefined;

  async function loop(): Promise<void> {
    while (woken && !stopped) {
      woken = false;
      try {
        await run();
      } catch (error) {
        if (!stopped) report(error);
      }
    }
    running = undefined;
  }

  return {
    wake() {
      woken = true;
      if (!stopped) running ??= Promise.resolve().then(loop);
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
