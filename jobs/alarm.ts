/** Wakes a loop: `wait` ends when it rings, even if it rang since the last wait, or when the time is over. */
export type Alarm = { ring(): void; wait(ms: number): Promise<void> };

export function createAlarm(): Alarm {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rang = true;
      wake?.();
    },
    async wait(ms) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        if (rang) return resolve();
        wake = resolve;
        timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
      wake = undefined;
      rang = false;
    },
  };
}
