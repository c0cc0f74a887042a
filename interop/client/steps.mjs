// Step by step on the terminal. The runner counts the lines that begin with "ok" and "FAILED".

let began = Date.now();

/** Lets the times count from when the whole run began (milliseconds since 1970). */
export function countFrom(ms) {
  began = ms;
}

export function say(text) {
  console.log(`[${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s] ${text}`);
}

/** Plays one step; what it returns is said behind its name. Later steps need earlier ones, so the first failure ends the scenario. */
export async function step(what, play) {
  try {
    const detail = await play();
    say(`ok     ${what}${detail ? `: ${detail}` : ""}`);
  } catch (failure) {
    say(`FAILED ${what}: ${failure?.stack ?? failure}`);
    throw new StepFailed(what);
  }
}

export class StepFailed extends Error {}

/** Asks again until `check` gives something true, and returns that. What it throws meanwhile counts as not yet. */
export async function eventually(what, check, patienceSeconds = 40) {
  const end = Date.now() + patienceSeconds * 1000;
  let last;
  for (;;) {
    try {
      last = await check();
      if (last) return last;
    } catch (failure) {
      last = failure;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${patienceSeconds} s${last ? ` (last: ${last})` : ""}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Throws with both values unless they are the same (compared as JSON); of two lists, with the first difference. */
export function same(what, expected, actual) {
  if (JSON.stringify(expected) === JSON.stringify(actual)) return;
  const lists = Array.isArray(expected) && Array.isArray(actual);
  const at = lists ? [...expected, undefined].findIndex((value, n) => JSON.stringify(value) !== JSON.stringify(actual[n])) : -1;
  const where = lists ? ` at ${at} of ${expected.length} (got ${actual.length})` : "";
  const [wanted, got] = lists ? [expected.slice(at, at + 4), actual.slice(at, at + 4)] : [expected, actual];
  throw new Error(`${what}${where}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
}
