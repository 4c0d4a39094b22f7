// @ts-check

/**
 * Tells every few seconds what is being done and since when, for as long as it is.
 *
 * @param {(line: string) => void} log
 * @param {number} everySeconds
 */
export function startProgress(log, everySeconds) {
  const started = performance.now();
  let state = "";
  const timer = setInterval(() => log(`    ${clock(performance.now() - started)}  ${state}`), everySeconds * 1000);
  timer.unref();
  return {
    /** @param {string} now */
    set(now) {
      state = now;
    },
    stop() {
      clearInterval(timer);
    },
  };
}

/** @param {number} ms @returns {string} minutes and seconds, such as "1:05" */
function clock(ms) {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {number} started by `performance.now()` @returns {string} such as "0.2 s" or "2 min 43 s" */
export function timeSince(started) {
  const seconds = (performance.now() - started) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
